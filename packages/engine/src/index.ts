export { startEngine, type Engine, type EngineOptions } from './engine.ts'
export { LoadGenerator, type LoadGeneratorOptions } from './load-generator.ts'
export { traceSession, type Traced, type TraceOptions } from './trace.ts'
export type {
  Drained,
  EngineStart,
  PlayedStretch,
  Steer,
  StretchRequest,
  WorkloadSource,
} from './messages.ts'
