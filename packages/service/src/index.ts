export { plainArray, textArray } from './array-literal.ts'
export {
  Coalescer,
  type CoalescerFigures,
  type CoalescerOptions,
  type Connection,
  type ConnectionSource,
} from './coalescer.ts'
export { databaseMetrics } from './database-metrics.ts'
export { Database, type DatabaseOptions } from './database.ts'
export {
  createHttpService,
  type HttpApp,
  type HttpService,
  type HttpServiceOptions,
} from './http-service.ts'
export type { BatchLimits, LaneOptions } from './lane.ts'
export { createLog, type Logger } from './log.ts'
export { runUntilSignal, type RunOptions, type Signals } from './lifecycle.ts'
export { Metrics, type MetricsSource } from './metrics.ts'
export { migrateDatabase, type MigrateOptions } from './migrate.ts'
export {
  badRequest,
  outcomeUnknown,
  Problem,
  unavailable,
  type ProblemExtensions,
  type ProblemOptions,
} from './problem.ts'
export {
  databaseSettings,
  readSettings,
  redacted,
  serviceSettings,
  SettingsError,
  type SettingFault,
} from './settings.ts'
export {
  statement,
  StatementError,
  type Rows,
  type Statement,
  type StatementFailure,
} from './statement.ts'
