export { readEnvironment } from './environment.ts'
export { executeExperiment, type ExecuteOptions } from './execute-experiment.ts'
export { checkInvariants, isBroken, isKept } from './invariant-check.ts'
export { oneOfEach } from './one-of-each.ts'
export { planExperiment, type PlanningInput } from './planning.ts'
export { openCgroups } from './platform/cgroup/open-cgroups.ts'
export { RemainingTime } from './remaining-time.ts'
export { hashSources } from './workload-hash.ts'
export {
  deploy,
  prepareDatabases,
  prepareTemplate,
  type DeployOptions,
  type Deployment,
} from './platform/index.ts'
