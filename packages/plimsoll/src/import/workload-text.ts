// A draft as the TypeScript file of a workload: meant to be read and changed by hand.

import type { Draft, DraftPersona, DraftRequest, DraftStep, Value, Values } from './draft.ts'
import { codesIn, lineAtMost, literalText, quoted } from './literal-text.ts'

/** The whole file. */
export function workloadText(draft: Draft): string {
  const { personas } = draft
  const pauses = personas.flatMap(({ steps }) => steps).filter((step) => step.kind === 'pause')
  const isShort = pauses.some(({ from_ms }) => from_ms < 1_000)
  const imports = [
    'hold',
    ...(isShort ? ['ms'] : []),
    'perSecond',
    'persona',
    'seconds',
    'workload',
  ]
  return [
    headText(draft),
    `import { ${imports.join(', ')} } from 'plimsoll'\n`,
    ...(draft.variables.length === 0 ? [] : [variablesText(draft)]),
    ...personas.map(personaText),
    endText(personas),
  ].join('\n')
}

function headText({ source, notes }: Draft): string {
  const lines = [
    ...wrapped(
      `Written from ${source}, to be changed by hand: rates, weights and data are a start, not the truth.`,
      { first: '', next: '' },
    ),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.flatMap((note) => wrapped(note, { first: '- ', next: '  ' })),
  ]
  return `${lines.map((line) => `// ${line}`.trimEnd()).join('\n')}\n`
}

function variablesText({ variables }: Draft): string {
  const lines = variables.flatMap(({ name, value, comment }) => [
    ...(comment === '' ? [] : [`  // ${comment}`]),
    `  ${name}: ${quoted(value)},`,
  ])
  return `const variables = {\n${lines.join('\n')}\n}\n`
}

function personaText(persona: DraftPersona): string {
  const { name, why, always, steps } = persona
  const body = [
    ...(Object.keys(always).length === 0 ? [] : [alwaysText(always)]),
    ...steps.map((step) => stepText(step)),
  ]
  return `const ${name} = persona({
  why: ${quoted(why)},
  async live({ ${toolsOf(persona).join(', ')} }) {
${body.join('\n')}
  },
})
`
}

function toolsOf({ always, steps }: DraftPersona): string[] {
  const values: Value[] = [always]
  for (const step of steps) {
    const requests =
      step.kind === 'together' ? step.requests : step.kind === 'request' ? [step] : []
    for (const { params, query, headers, body } of requests) {
      values.push(params, query, headers, body?.value ?? null)
    }
  }
  const used = new Set(values.flatMap(codesIn).flatMap(({ uses }) => uses))
  const pauses = steps.some(({ kind }) => kind === 'pause')
  return ['http', ...(used.has('random') ? ['random'] : []), ...(pauses ? ['think'] : [])]
}

function alwaysText(always: Values): string {
  const start = '    http.always('
  return `${start}${literalText(always, { indent: 4, column: start.length })})`
}

function stepText(step: DraftStep): string {
  switch (step.kind) {
    case 'heading':
      return `\n    // ${oneLine(step.text)}`
    case 'pause':
      return `    await think({ from: ${timeText(step.from_ms)}, to: ${timeText(step.to_ms)} })`
    case 'request':
      return commentText(step, 4) + requestText(step, { indent: 4, start: 'await ' })
    default: {
      const requests = step.requests.map(
        (one) => `${commentText(one, 6)}${requestText(one, { indent: 6, start: '' })},`,
      )
      return `    await Promise.all([\n${requests.join('\n')}\n    ])`
    }
  }
}

function commentText({ comment }: DraftRequest, indent: number): string {
  return comment === '' ? '' : `${' '.repeat(indent)}// ${oneLine(comment)}\n`
}

function requestText(request: DraftRequest, at: { indent: number; start: string }): string {
  const { method, path, body, ok } = request
  const { params, query, headers } = request
  const given = Object.entries({ params, query, headers }).filter(
    ([, values]) => Object.keys(values).length > 0,
  )
  const options: Record<string, Value> = Object.fromEntries(given)
  if (body !== null) options[body.as] = body.value
  if (ok.length > 0) options['ok'] = ok
  const call = `${' '.repeat(at.indent)}${at.start}http.${method.toLowerCase()}(${quoted(path)}`
  if (Object.keys(options).length === 0) return `${call})`
  const column = call.length + 2
  return `${call}, ${literalText(options, { indent: at.indent, column, after: 2 })})`
}

function endText(personas: readonly DraftPersona[]): string {
  const names = personas.map(({ name }) => name)
  const inLine = `  personas: { ${names.join(', ')} },`
  const listed =
    inLine.length <= lineAtMost
      ? inLine
      : `  personas: {\n${names.map((name) => `    ${name},\n`).join('')}  },`
  const mix = Object.fromEntries(personas.map(({ name, weight }) => [name, weight]))
  return `export const imported = workload({
${listed}
  mix: ${literalText(mix, { indent: 2, column: 7 })},
  phases: {
    warmUp: { shape: hold({ at: perSecond(1), for: seconds(5) }), measured: false },
    steady: { shape: hold({ at: perSecond(5), for: seconds(30) }), loadLine: true },
  },
})
`
}

function timeText(time_ms: number): string {
  return time_ms < 1_000
    ? `ms(${Math.round(time_ms)})`
    : `seconds(${Number((time_ms / 1_000).toPrecision(2))})`
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 90 ? `${line.slice(0, 89)}…` : line
}

/** Words in lines that fit. */
function wrapped(text: string, { first, next }: { first: string; next: string }): string[] {
  const lines: string[] = []
  let line = first
  for (const word of oneParagraph(text).split(' ')) {
    if (line.length + word.length > lineAtMost - 4 && line.trim() !== '' && line !== first) {
      lines.push(line.trimEnd())
      line = next
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}

function oneParagraph(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
