// The compact block at the bottom of a terminal: where the experiment is, what the last second was like,
// and the load lines found so far.

import type { Verdict } from '@plimsoll/record'
import { duration, figure } from '../figures.ts'
import { span, type Line, type Span, type Style } from './paint.ts'
import type { ProgressState } from './progress-state.ts'
import { sparkline } from './sparkline.ts'
import {
  askedWords,
  lineVerdict,
  lineWords,
  outcomeWords,
  quantileWords,
  stageWords,
  stepWords,
  verdictSigns,
} from './words.ts'

/** Configurations listed at most; the others are counted. */
const mostConfigurations = 12
const sparklineWidth = 40

export const verdictStyles: Readonly<Record<Verdict, Style>> = {
  holds: 'good',
  fails: 'bad',
  inconclusive: 'doubt',
}

/** The lines of the block for a terminal. */
export function liveBlock(state: ProgressState, now_ms: number): Line[] {
  const { started } = state
  if (started === null) return []
  return [
    [],
    [span('⊖ ', 'bold'), span(started.question, 'bold')],
    stageLine(state),
    ...secondLines(state),
    ...alarmLines(state),
    ...lineLines(state),
    [span(timeWords(state, now_ms), 'dim')],
  ]
}

function stageLine({ started, stage }: ProgressState): Line {
  if (stage === null) return [span('starting', 'dim')]
  const { configuration, repeat, detail } = stage
  const place = (started?.configurations.indexOf(configuration ?? '') ?? -1) + 1
  const named: Span[] =
    configuration === null
      ? []
      : [
          span(configuration, 'bold'),
          span(place > 0 ? ` ${place} of ${started?.configurations.length} · ` : ' · ', 'dim'),
        ]
  const repeated = repeat === null ? '' : `, repeat ${repeat} of ${started?.repeats}`
  const told = detail === '' ? [] : [span(` · ${detail}`, 'dim')]
  return [...named, span(stageWords[stage.stage] + repeated), ...told]
}

function secondLines({ started, second, p99_history_ms, step }: ProgressState): Line[] {
  if (second === null) return []
  const faults = second.failed + second.unknown + second.dropped
  const lines: Line[] = [
    [
      span(`${askedWords(second)} · `, 'dim'),
      span(outcomeWords(second), faults > 0 ? 'bad' : 'plain'),
      span(` · ${figure(second.sessions_alive)} sessions alive`, 'dim'),
    ],
    [
      span(quantileWords(second)),
      span('  '),
      span(sparkline(p99_history_ms, sparklineWidth), 'doubt'),
      span(' p99', 'dim'),
    ],
  ]
  if (step !== null)
    lines.push([
      span('last step: ', 'dim'),
      span(stepWords(step, started?.scale ?? 1), verdictStyles[step.verdict]),
    ])
  return lines
}

/** Those that are on now; what to do was said above when they were raised. */
function alarmLines({ alarms }: ProgressState): Line[] {
  if (alarms.size === 0) return []
  const names = [...alarms.values()].map(({ name, part }) => `${name} (${part})`)
  return [[span('alarms: ', 'dim'), span(names.join(', '), 'bad')]]
}

function lineLines({ started, loadLines }: ProgressState): Line[] {
  if (started === null || loadLines.size === 0) return []
  const names = started.configurations
  const widest = Math.min(24, Math.max(...names.map((name) => name.length)))
  const lines = names.slice(0, mostConfigurations).map((name): Line => {
    const found = loadLines.get(name)
    const label = span(`${name.slice(0, widest).padEnd(widest)}  `)
    if (found === undefined) return [label, span('…', 'dim')]
    const verdict = lineVerdict(found, started.expected_per_second)
    return [label, span(`${verdictSigns[verdict]} ${lineWords(found)}`, verdictStyles[verdict])]
  })
  const scale = started.scale === 1 ? '' : `, projected from 1:${started.scale}`
  const head = span(`load lines (expected ${figure(started.expected_per_second)}/s${scale})`, 'dim')
  const more = names.length - mostConfigurations
  return [[head], ...lines, ...(more > 0 ? [[span(`and ${more} more`, 'dim')]] : [])]
}

function timeWords({ began_ms, ends_ms }: ProgressState, now_ms: number): string {
  const elapsed = `${duration((now_ms - began_ms) / 1_000)} elapsed`
  if (ends_ms === null) return elapsed
  const left = (ends_ms - now_ms) / 1_000
  return left > 1 ? `${elapsed}, about ${duration(left)} left` : `${elapsed}, nearly done`
}
