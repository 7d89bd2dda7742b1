export { number, oneOf, optional, text, wholeNumber, yesNo, type Column } from './columns.ts'
export { dataFile, divide } from './data-file.ts'
export { arrivals } from './arrivals.ts'
export { custom, type CustomShape } from './custom-shape.ts'
export { iterations, type IterationsOptions } from './iterations.ts'
export type { ClientOptions, TlsOptions } from './client.ts'
export {
  PlimsollError,
  type Blame,
  type Fault,
  type PlimsollErrorOptions,
} from './plimsoll-error.ts'
export {
  persona,
  type ActionOptions,
  type Answer,
  type Cookies,
  type Http,
  type LedgerEntry,
  type MultipartFile,
  type Method,
  type Persona,
  type Scalar,
  type SessionTools,
  type Task,
} from './persona.ts'
export { repeat, steps, type StepsOptions } from './repeat.ts'
export { replay, type ReplayOptions } from './replay.ts'
export { setup, type Setup, type SetupTools, type SetupVisitor } from './setup.ts'
export type {
  MessageOptions,
  Rpc,
  RpcAnswer,
  RpcOptions,
  Stream,
  StreamMessage,
  StreamOptions,
  Streams,
  WebSocketStream,
} from './streams.ts'
export { randomStream, type Random, type Range, type Weighted } from './random.ts'
export {
  hold,
  inTurn,
  ramp,
  type HoldOptions,
  type Iterations,
  type Level,
  type LoadModel,
  type RampOptions,
  type Shape,
  type Spacing,
} from './shape.ts'
export { sine, type SineOptions } from './sine.ts'
export {
  minutes,
  ms,
  percent,
  perSecond,
  seconds,
  sessions,
  share,
  type Milliseconds,
  type PerSecond,
  type SessionsAlive,
  type Share,
} from './units.ts'
export {
  loadLinePhase,
  personaOf,
  workload,
  type Mix,
  type Phase,
  type Workload,
  type WorkloadOptions,
} from './workload.ts'
