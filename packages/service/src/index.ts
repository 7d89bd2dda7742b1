export { Bag, type Kept } from './bag.ts'
export { plainArray, textArray } from './array-literal.ts'
export { cacheSettings } from './cache-settings.ts'
export {
  BehindError,
  Coalescer,
  type CoalescerFigures,
  type CoalescerOptions,
  type Connection,
  type ConnectionSource,
} from './coalescer.ts'
export {
  connectCommand,
  type CommandConnection,
  type CommandConnectionOptions,
} from './command-connection.ts'
export { brokenEnvironment, CommandError, unusableInput } from './command-error.ts'
export { copyText, readCopyLine } from './copy-text.ts'
export { CsvSplitter, type SplitRows } from './csv-splitter.ts'
export { databaseMetrics } from './database-metrics.ts'
export { Database, type DatabaseOptions, type PooledConnection } from './database.ts'
export {
  createHttpService,
  type HttpApp,
  type HttpService,
  type HttpServiceOptions,
  type RequestHook,
} from './http-service.ts'
export type { BatchLimits, LaneOptions } from './lane.ts'
export { createLog, type Logger } from './log.ts'
export { runUntilSignal, type RunOptions, type Signals } from './lifecycle.ts'
export { counter, Distribution, family, gauge, Metrics, type MetricsSource } from './metrics.ts'
export { logPositionText, readLogPosition, type LogPosition } from './log-position.ts'
export { addPage, type PageOptions } from './page.ts'
export { Passwords } from './passwords.ts'
export {
  badRequest,
  outcomeUnknown,
  Problem,
  unavailable,
  type ProblemExtensions,
  type ProblemOptions,
} from './problem.ts'
export { Quota, type QuotaOptions } from './quota.ts'
export { RateLimit, type RateLimitOptions } from './rate-limit.ts'
export { Reader, type ReaderOptions } from './reader.ts'
export { giveUpPlace } from './request-gate.ts'
export { readerSettings } from './reader-settings.ts'
export { Reads, type After, type ReadsOptions } from './reads.ts'
export {
  newSession,
  readCookie,
  sessionCookie,
  sessionKey,
  type SessionCookieOptions,
} from './session-cookie.ts'
export {
  databaseSettings,
  readSettings,
  redacted,
  serviceSettings,
  SettingsError,
  type SettingFault,
} from './settings.ts'
export { refusalFile, type Refusal, type Refusals } from './refusal-file.ts'
export {
  failureOf,
  statement,
  StatementError,
  type Rows,
  type Statement,
  type StatementFailure,
} from './statement.ts'
export { runCommand, type CommandBody, type Terminal } from './terminal.ts'
export { Turnstile, type TurnstileOptions } from './turnstile.ts'
export { positionToSee, tellWritePosition, writePositionHeader } from './write-position.ts'
export { compileValidator } from './validation.ts'
