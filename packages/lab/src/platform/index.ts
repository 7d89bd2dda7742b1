export { deploy, type DeployOptions } from './deploy.ts'
export {
  Deployment,
  type DeployedInstance,
  type DeploymentState,
  type InstanceName,
  type LinkName,
} from './deployment.ts'
export { putAwayLeftovers } from './journal.ts'
export { prepareDatabases, type PrepareDatabasesOptions } from './prepare-commands.ts'
export { prepareTemplate, type PrepareOptions } from './template.ts'
