export { startEngine, type Engine, type EngineOptions } from './engine.ts'
export type {
  Drained,
  EngineStart,
  PlayedStretch,
  Steer,
  StretchRequest,
  WorkloadSource,
} from './messages.ts'
