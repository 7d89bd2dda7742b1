export type { LedgerLine, Promised } from './ledger.ts'
export type {
  Check,
  Plan,
  PlannedConfiguration,
  PlannedPart,
  PlannedPersona,
  PlannedPhase,
  PlannedSearch,
} from './plan.ts'
export type {
  CaveatRaised,
  ExperimentEnded,
  ExperimentStarted,
  InvariantsChecked,
  LoadLineFound,
  Note,
  ProgressEvent,
  ProgressListener,
  SecondPassed,
  Stage,
  StageBegan,
  StepEnded,
} from './progress.ts'
export type {
  ActionSecond,
  ActionTimes,
  Caveat,
  Environment,
  ExperimentRecord,
  InvariantResult,
  OutcomeCounts,
  PartSecond,
  ReasonCount,
  RunRecord,
  SecondRecord,
  SessionCounts,
  StretchRecord,
  Verdict,
} from './run-record.ts'
export {
  outcomeNames,
  type DueColumns,
  type EngineHealth,
  type OutcomeName,
  type SampleBatch,
  type SampleColumns,
} from './sample-batch.ts'
