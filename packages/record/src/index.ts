export { readLedger, type LedgerLine, type Promised } from './ledger.ts'
export { hlogHeader, hlogLine, readHlog, type TaggedHistogram } from './hlog.ts'
export type {
  AlarmMetric,
  Check,
  Plan,
  PlannedAlarm,
  PlannedBisection,
  PlannedAutoscaling,
  PlannedBalancer,
  PlannedConfiguration,
  PlannedFault,
  PlannedPart,
  PlannedPersona,
  PlannedPhase,
  PlannedSearch,
  PlannedTask,
} from './plan.ts'
export type {
  AlarmChanged,
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
  FaultRecord,
  InstanceLife,
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
export { emptyRecord } from './empty-record.ts'
export { Recorder } from './recorder.ts'
export { readExperiment, RecordFolder } from './record-folder.ts'
export { readRun } from './run-reader.ts'
export { RunWriter, type RunSummary, type StretchSummary } from './run-writer.ts'
