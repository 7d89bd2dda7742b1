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
  bootProfiles,
  targetTracking,
  type Autoscaling,
  type AutoscaleOptions,
  type BootProfile,
} from './autoscaling.ts'
export { cut, freeze, kill, type Fault } from './faults.ts'
export { readEnvironment } from './environment.ts'
export { executeExperiment, type ExecuteOptions } from './execute-experiment.ts'
export {
  experiment,
  type BalancerOptions,
  type Configuration,
  type Experiment,
  type PartSizing,
} from './experiment.ts'
export { checkInvariants, isBroken } from './invariant-check.ts'
export { oneOfEach } from './one-of-each.ts'
export { planExperiment, type PlanningInput } from './planning.ts'
export { balancerPricePerHour_usd, pricesReadOn, sizes, type Size, type SizeName } from './sizes.ts'
export {
  cache,
  command,
  postgres,
  queue,
  service,
  system,
  type Invariant,
  type InvariantInput,
  type CachePart,
  type Part,
  type PartAddress,
  type PostgresPart,
  type PrepareCommand,
  type QueuePart,
  type ServiceOptions,
  type ServicePart,
  type SettingsInput,
  type System,
  type SystemOptions,
} from './system.ts'
export { openCgroups } from './platform/cgroup/open-cgroups.ts'
export { RemainingTime } from './remaining-time.ts'
export { emptyRecord } from './run-figures.ts'
export { hashSources } from './workload-hash.ts'
export {
  deploy,
  prepareDatabases,
  prepareTemplate,
  type DeployOptions,
  type Deployment,
} from './platform/index.ts'
