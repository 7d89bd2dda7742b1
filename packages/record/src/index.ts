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
export {
  generatorLacks,
  noTimes,
  timeNames,
  type ActionSecond,
  type ActionTimes,
  type Caveat,
  type Environment,
  type ExperimentRecord,
  type FaultRecord,
  type InstanceLife,
  type InvariantResult,
  type OutcomeCounts,
  type PartSecond,
  type ReasonCount,
  type RunRecord,
  type SecondRecord,
  type SessionCounts,
  type StretchRecord,
  type Verdict,
} from './run-record.ts'
export {
  noTimings,
  outcomeNames,
  type DueColumns,
  type EngineHealth,
  type OutcomeName,
  type SampleBatch,
  type SampleColumns,
  type TimingColumns,
} from './sample-batch.ts'
export { emptyRecord } from './empty-record.ts'
export { generatorRows } from './generator-row.ts'
export { Recorder } from './recorder.ts'
export { readExperiment, RecordFolder } from './record-folder.ts'
export { readRun } from './run-reader.ts'
export { RunWriter, type RunSummary, type StretchSummary } from './run-writer.ts'
