export type {
  ActionSummary,
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
