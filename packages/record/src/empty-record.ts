import type { Recorder } from './recorder.ts'
import type { RunRecord } from './run-record.ts'

/** The record grows in place: its seconds and stretches are the recorder's. */
export function emptyRecord({
  configuration,
  repeat,
  balancer,
  started_at,
  recorder,
}: Pick<RunRecord, 'configuration' | 'repeat' | 'balancer' | 'started_at'> & {
  readonly recorder: Recorder
}): RunRecord {
  const { seconds, stretches, sessions, reasons } = recorder
  return {
    configuration,
    repeat,
    balancer,
    started_at,
    seconds,
    stretches,
    sessions,
    reasons,
    parts: [],
    invariants: [],
    faults: [],
    instances: [],
    caveats: [],
  }
}
