// What is known about a running experiment, folded from its events. Pure: time comes in as a number.

import type {
  AlarmChanged,
  ExperimentStarted,
  LoadLineFound,
  ProgressEvent,
  SecondPassed,
  StageBegan,
  StepEnded,
} from '@plimsoll/record'

/** Seconds of p99 that are kept for the sparkline. */
const historySeconds = 60

/** Everything that the live block shows. Times are in ms on the listener's clock. */
export interface ProgressState {
  readonly began_ms: number
  readonly started: ExperimentStarted | null
  readonly stage: StageBegan | null
  readonly second: SecondPassed | null
  readonly step: StepEnded | null
  readonly p99_history_ms: readonly (number | null)[]
  readonly loadLines: ReadonlyMap<string, LoadLineFound>
  /** Those that are on, by name. */
  readonly alarms: ReadonlyMap<string, AlarmChanged>
  /** When it is thought to end; null: not known. */
  readonly ends_ms: number | null
}

/** Before the first event. */
export function nothingYet(now_ms: number): ProgressState {
  return {
    began_ms: now_ms,
    started: null,
    stage: null,
    second: null,
    step: null,
    p99_history_ms: [],
    loadLines: new Map(),
    alarms: new Map(),
    ends_ms: null,
  }
}

/** The state after one more event. */
export function folded(state: ProgressState, event: ProgressEvent, now_ms: number): ProgressState {
  switch (event.kind) {
    case 'experiment-started':
      return { ...state, started: event, ends_ms: now_ms + event.expected_seconds * 1_000 }
    case 'stage': {
      const ends_ms =
        event.remaining_seconds === null ? state.ends_ms : now_ms + event.remaining_seconds * 1_000
      const moved = event.configuration !== state.stage?.configuration
      // Another deployment: nobody tells that the alarms of the last one are over.
      const isNew = moved || event.stage === 'deploying'
      return {
        ...state,
        stage: event,
        second: moved ? null : state.second,
        step: moved ? null : state.step,
        alarms: isNew ? new Map() : state.alarms,
        ends_ms,
      }
    }
    case 'second': {
      const p99_history_ms = [...state.p99_history_ms, event.p99_ms].slice(-historySeconds)
      return { ...state, second: event, p99_history_ms }
    }
    case 'alarm': {
      const alarms = new Map(state.alarms)
      if (event.on) alarms.set(event.name, event)
      else alarms.delete(event.name)
      return { ...state, alarms }
    }
    case 'step-ended':
      return { ...state, step: event }
    case 'load-line':
      return { ...state, loadLines: new Map(state.loadLines).set(event.configuration, event) }
    default:
      return state
  }
}
