// What people declare: systems, configurations, checks, faults. An entry of its own, because every process that imports a
// workload imports this, and nothing that executes comes with it: a load begins a third of a second sooner.

export {
  backlog,
  failures,
  invariants,
  responseTime,
  type BacklogCheck,
  type QuantileCheck,
  type ResponseTimeCheck,
} from './checks.ts'
export type { Alarm, Alarms } from './alarms.ts'
export {
  backlogPerWorker,
  targetTracking,
  type Autoscaling,
  type AutoscaleOptions,
} from './autoscaling.ts'
export { bootProfiles, bootTimesReadOn, type BootProfile } from './boot-profiles.ts'
export { bootDelay, type Bisect } from './bisection.ts'
export { cut, freeze, kill, type Fault } from './faults.ts'
export {
  experiment,
  type BalancerOptions,
  type Configuration,
  type Experiment,
  type PartSizing,
} from './experiment.ts'
export { balancerPricePerHour_usd, pricesReadOn, sizes, type Size, type SizeName } from './sizes.ts'
export {
  cache,
  command,
  discovery,
  node,
  postgres,
  queue,
  replica,
  service,
  system,
  type Invariant,
  type InvariantInput,
  type CachePart,
  type DiscoveryPart,
  type Part,
  type PartAddress,
  type PostgresPart,
  type PrepareCommand,
  type QueuePart,
  type ReplicaPart,
  type ServiceOptions,
  type ServicePart,
  type SettingsInput,
  type System,
  type SystemOptions,
} from './system.ts'
