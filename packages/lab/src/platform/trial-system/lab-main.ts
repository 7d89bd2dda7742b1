// A lab in a process of its own, to be killed by a test: deploys, says what it made, and waits.

import { deploy } from '../deploy.ts'
import { trialConfiguration, trialReplica } from './trial.ts'

const [runFolder = '', cache] = process.argv.slice(2)
const deployment = await deploy({
  system: trialReplica(),
  configuration: trialConfiguration({ instances: 2, reader: true }),
  templateFolders: {},
  runFolder,
  limits: 'set',
  ...(cache === undefined ? {} : { cache }),
})
const caveats = await deployment.limit()
const { url, instances, cgroups, balancer } = deployment
process.stdout.write(`${JSON.stringify({ url, instances, cgroups, balancer, caveats })}\n`)
const waiting = setInterval(() => {}, 1_000)
process.once('SIGUSR2', () => {
  clearInterval(waiting)
  void deployment[Symbol.asyncDispose]()
})
