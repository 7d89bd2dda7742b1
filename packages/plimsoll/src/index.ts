// What experiments, workloads and systems import.

export {
  command,
  experiment,
  failures,
  invariants,
  postgres,
  responseTime,
  service,
  system,
  type Configuration,
  type Experiment,
  type Invariant,
  type InvariantInput,
  type SizeName,
  type System,
} from '@plimsoll/lab'
export type { InvariantResult, Promised } from '@plimsoll/record'
export {
  hold,
  minutes,
  ms,
  percent,
  perSecond,
  persona,
  PlimsollError,
  ramp,
  seconds,
  sessions,
  workload,
  type Answer,
  type Http,
  type Persona,
  type Random,
  type SessionTools,
  type Shape,
  type Workload,
} from '@plimsoll/workload'
