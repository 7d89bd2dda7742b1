export {
  forkEngine,
  startEngine,
  type Engine,
  type EngineOptions,
  type EngineProcess,
} from './engine.ts'
export { LoadGenerator, type LoadGeneratorOptions } from './load-generator.ts'
export {
  startShardedEngine,
  type ShardedEngine,
  type ShardedEngineOptions,
} from './sharded-engine.ts'
export type {
  Drained,
  EngineStart,
  PlayedStretch,
  Steer,
  StretchRequest,
  WorkloadSource,
} from './messages.ts'
