export { cacheFolder, makeCacheFolder } from './cache-folder.ts'
export { cachedFolder, copyFolder, exists } from './copy-folder.ts'
export { databaseUser, type Account } from './database-user.ts'
export { environmentError } from './environment-error.ts'
export { makeOwnFolder } from './cluster.ts'
export { claimPort, freePort } from './free-port.ts'
export { killablePool } from './killable-pool.ts'
export { logTail } from './log-tail.ts'
export { postgresBinaries, type PostgresBinaries } from './binaries.ts'
export {
  postgresFrom,
  startTestPostgres,
  type PostgresDatabase,
  type PostgresHost,
} from './postgres-host.ts'
export {
  etcdVersion,
  openCache,
  openDiscovery,
  openQueue,
  redisVersion,
  type OpenStoreOptions,
} from './open-store.ts'
export { openPostgres, type OpenPostgresOptions } from './open-postgres.ts'
export { openReplica, type OpenReplicaOptions } from './open-replica.ts'
export type { PostgresServer } from './postgres-server.ts'
export { postgresSettingFaults, type PostgresSettings } from './postgres-settings.ts'
export { isRunning, processTree, signalProcess, startTime, statFields } from './process-tree.ts'
export { ReplayLag } from './replay-lag.ts'
export type { StoreServer } from './store-server.ts'
export { makeTemporaryFolder, putAwayAbandoned } from './temporary-folder.ts'
export { until, type UntilOptions } from './until.ts'
