export { backlogSeconds, type BacklogSecond, type Drain } from './backlog.ts'
export {
  bisectionOf,
  bracketWords,
  configurationWithBoot,
  type Bisection,
  type TriedDelay,
} from './bisection.ts'
export { alarmsRaised, type RaisedAlarm } from './alarms-raised.ts'
export { faultEffects, type FaultEffect } from './fault-effects.ts'
export type { Elasticity, Growth } from './elasticity.ts'
export { phasesFelt, type Felt, type PhaseFelt } from './felt.ts'
export { instanceSeconds, type InstanceSecond } from './instance-need.ts'
export { generatorCaveats } from './generator-caveats.ts'
export {
  compareExperiments,
  type BeforeAndAfter,
  type ExperimentComparison,
} from './compare-experiments.ts'
export { judge } from './judge.ts'
export { partOptionWords } from './part-words.ts'
export { concerns, limitOf } from './check-group.ts'
export { checkWords, groupWords, quantileWords } from './check-words.ts'
export type {
  ActionSummary,
  BacklogSummary,
  CheckResult,
  Comparison,
  ConfigurationJudgement,
  Estimate,
  ExpectedLoad,
  Judgement,
  Quantiles,
  RungResult,
  Saturation,
} from './judgement.ts'
export { edgeRung, factorOf, repeatsOf, type HeldByRung, type TriedStep } from './load-line.ts'
export {
  actionsNeeded,
  clearlyFails,
  judgeStep,
  type StepJudgement,
  type StepOptions,
} from './step-verdict.ts'
export { rateAt } from './load-line.ts'
export { resultJson, resultSchema, type Result, type ResultConfiguration } from './result-json.ts'
export { saturation } from './saturation.ts'
export { allResponseTimes, quantile_ms, summariseActions } from './action-summary.ts'
