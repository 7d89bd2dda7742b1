// `plimsoll init`: a first workload, complete and short, to be changed by hand.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PlimsollError } from '@plimsoll/workload'
import { exitCodes, type CommandInput } from './command.ts'
import { writeNewFile } from './new-file.ts'

const head = `// Who uses your server, and how the load grows. Change what follows "why" first: it is printed in reports.`
const imports = `import { hold, ms, perSecond, persona, ramp, seconds, workload } from 'plimsoll'`

const text = `${head}

${imports}

const reader = persona({
  why: 'nine of ten visitors only look',
  async live({ http, check, random, think }) {
    const answer = await http.get('/')
    check('the page is not empty', answer.text().length > 0)
    await think({ from: ms(500), to: seconds(2) })
    // One action, "GET /items/:id", whatever the id: few items are asked for by many.
    await http.get('/items/:id', { params: { id: random.zipf({ of: 1_000 }) }, ok: [200, 404] })
  },
})

const writer = persona({
  why: 'one visitor in ten writes',
  async live({ http, random, session }) {
    const json = { name: \`item of session \${session}\`, text: random.text({ length: 80 }) }
    // Statuses that you expect are named; everything else counts as a failure.
    await http.post('/items', { json, ok: [200, 201, 404] })
  },
})

export const day = workload({
  personas: { reader, writer },
  mix: { reader: 9, writer: 1 },
  phases: {
    warmUp: { shape: hold({ at: perSecond(2), for: seconds(5) }), measured: false },
    rise: { shape: ramp({ from: perSecond(2), to: perSecond(20), over: seconds(20) }) },
    rush: { shape: hold({ at: perSecond(20), for: seconds(20) }), loadLine: true },
  },
})
`

export async function initWorkload({ args, streams }: CommandInput): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const [folder = '.', ...rest] = positionals
  if (rest.length > 0) {
    throw new PlimsollError({
      code: 'arguments-wrong',
      blame: 'input',
      message: `Expected one folder, found ${positionals.join(' ')}.`,
      hint: 'Without a folder the workload is written where you are.',
    })
  }
  const file = join(folder, 'workload.ts')
  await writeNewFile(file, text)
  streams.stderr.write(`Written: ${file}\nNext: plimsoll load ${file} --at http://127.0.0.1:8080\n`)
  return exitCodes.holds
}
