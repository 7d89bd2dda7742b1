// The events worth a line of their own: all of them where there is no terminal, and above the live block
// those that should still be there when it is gone.

import type { ProgressEvent } from '@plimsoll/record'
import { duration, figure } from '../figures.ts'
import { verdictStyles } from './live-block.ts'
import { span, type Line } from './paint.ts'
import {
  alarmWords,
  askedWords,
  invariantWords,
  lineVerdict,
  lineWords,
  outcomeWords,
  quantileWords,
  stageWords,
  stepWords,
  verdictSigns,
} from './words.ts'

export interface TellOptions {
  /** Actions per second at full size; null before the experiment has started. */
  readonly expected_per_second: number | null
  /** 8 means 1:8. */
  readonly scale: number
}

/** Lines that stay, for a terminal as for a log; none for what passes. */
export function lastingLines(
  event: ProgressEvent,
  { expected_per_second, scale }: TellOptions,
): Line[] {
  switch (event.kind) {
    case 'load-line': {
      if (!event.final) return []
      const verdict = lineVerdict(event, expected_per_second ?? 0)
      const words = `${verdictSigns[verdict]} load line ${lineWords(event)}${scale === 1 ? '' : `, projected from 1:${scale}`}`
      return [[span(`${event.configuration}: `), span(words, verdictStyles[verdict])]]
    }
    case 'invariants': {
      const { sound, words } = invariantWords(event)
      const examples = sound ? [] : event.results.flatMap((result) => result.examples).slice(0, 3)
      return [
        [
          span(`${event.configuration}: `),
          span(sound ? words : `✕ ${words}`, sound ? 'plain' : 'bad'),
        ],
        ...examples.map((example): Line => [span(`  ${example}`, 'bad')]),
      ]
    }
    case 'caveat': {
      const of = event.configuration === null ? '' : `${event.configuration}: `
      const { text, forbids_holds } = event.caveat
      const words = forbids_holds ? `${text} (forbids “holds”)` : text
      return [[span(of), span(`caveat: ${words}`, forbids_holds ? 'bad' : 'doubt')]]
    }
    case 'alarm':
      return [
        [span(`${event.configuration}: `), span(alarmWords(event), event.on ? 'bad' : 'plain')],
      ]
    case 'note':
      return [[span(event.text)]]
    case 'experiment-ended': {
      const style = verdictStyles[event.verdict]
      const report: Line[] = event.report === null ? [] : [[span(`report: ${event.report}`)]]
      return [
        [
          span(`${verdictSigns[event.verdict]} ${event.verdict}`, style),
          span(`  ${event.answer}`, 'bold'),
        ],
        ...report,
      ]
    }
    default:
      return []
  }
}

/** Lines for where there is no terminal: what lasts, and every beginning and end. */
export function logLines(event: ProgressEvent, options: TellOptions): Line[] {
  switch (event.kind) {
    case 'experiment-started': {
      const { question, configurations, repeats, expected_per_second, scale, expected_seconds } =
        event
      const scaled = scale === 1 ? '' : `, scale 1:${scale}`
      return [
        [span(question)],
        [
          span(
            `${configurations.length} configurations (${configurations.join(', ')}), ${repeats} repeats, expected ${figure(expected_per_second)}/s${scaled}, plan ${event.plan_hash.slice(0, 12)}, about ${duration(expected_seconds)}`,
          ),
        ],
      ]
    }
    case 'stage': {
      const of = event.configuration === null ? '' : `${event.configuration}: `
      const repeated = event.repeat === null ? '' : `, repeat ${event.repeat}`
      const told = event.detail === '' ? '' : `: ${event.detail}`
      return [[span(`${of}${stageWords[event.stage]}${repeated}${told}`)]]
    }
    case 'second': {
      const words = [askedWords(event), outcomeWords(event), quantileWords(event)]
      return [
        [
          span(
            `${event.configuration}: ${words.join(', ')}, ${figure(event.sessions_alive)} sessions alive`,
          ),
        ],
      ]
    }
    case 'step-ended':
      return [[span(`${event.configuration}: ${stepWords(event, options.scale)}`)]]
    default:
      return lastingLines(event, options)
  }
}
