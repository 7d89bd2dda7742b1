// A configuration that is up.
//
//   absent → starting → ready → draining → absent
//               └──────→ broken ─────────────┘
//
// Only `ready` accepts load. Nothing is retried here: a retry would hide the fault under study.

import { logTail } from '@plimsoll/stores'
import type { Caveat, PartSecond } from '@plimsoll/record'
import type { BalancerProgram } from './balancer/balancer.ts'
import { giveBack } from './cgroup/cgroup-v2.ts'
import type { CgroupParent } from './cgroup/cgroup.ts'
import { removeCgroup } from './cgroup/remove-cgroup.ts'
import type { Deployed } from './deployed.ts'
import type { Journal } from './journal.ts'
import type { Link } from './link.ts'
import type { Sampler } from './sampling.ts'

/** The life of one deployment: only `ready` accepts load. */
export type DeploymentState = 'absent' | 'starting' | 'ready' | 'draining' | 'broken'

export interface DeployedInstance {
  readonly part: string
  /** Counted from 0 within its part. */
  readonly instance: number
  readonly url: string
  readonly pid: number
  /** As planned; whether it is in force is in the sample. */
  readonly limit_cores: number
}

export interface InstanceName {
  readonly part: string
  readonly instance: number
}

/** The way from all instances of a part to one that it needs. */
export interface LinkName {
  readonly from: string
  readonly to: string
}

export function linkName({ from, to }: LinkName): string {
  return `${from} → ${to}`
}

/** Everything that was made for a deployment, in the order in which it was made. */
export interface Raised {
  readonly journal: Journal
  readonly cgroups: CgroupParent | null
  readonly limits: 'set' | 'off'
  /** Why no limits can be set; null where they can. */
  noLimits: string | null
  /** Databases and other stores, then services. */
  readonly parts: Deployed[]
  /** What is not as the configuration says. */
  readonly caveats: Caveat[]
  /** By `linkName`. */
  readonly links: Map<string, Link>
  /** Starts one more process of a service and waits until it is ready. */
  start: (part: string, instance: number) => Promise<Deployed>
  balancer: (Pick<BalancerProgram, 'name' | 'tell'> & { readonly deployed: Deployed }) | null
  /** `PostgreSQL 18.4`, … */
  readonly software: string[]
}

/** One live instance of a configuration, for as long as it is not disposed of. */
export class Deployment implements AsyncDisposable {
  readonly #raised: Raised
  readonly #sampler: Sampler
  #state: 'ready' | 'draining' | 'absent' = 'ready'
  #end: Promise<void> | null = null
  #isLimited = false
  #underWay: Promise<unknown> = Promise.resolve()

  constructor(raised: Raised, sampler: Sampler) {
    this.#raised = raised
    this.#sampler = sampler
  }

  /** `broken` when an instance ended that nobody had asked to. */
  get state(): DeploymentState {
    if (this.#state !== 'ready') return this.#state
    const { parts, balancer } = this.#raised
    const all = balancer === null ? parts : [...parts, balancer.deployed]
    return all.every((each) => each.isAsExpected()) ? 'ready' : 'broken'
  }

  /** The front door, through the balancer. */
  get url(): string {
    return this.#raised.balancer?.deployed.url ?? ''
  }

  /** `HAProxy 2.6.12` or `built-in`. */
  get balancer(): string {
    return this.#raised.balancer?.name ?? ''
  }

  /** What the limits stand on. */
  get cgroups(): 'v1' | 'v2' | 'none' {
    return this.#raised.cgroups?.version ?? 'none'
  }

  /** What runs in it, for the record of the environment. */
  get software(): readonly string[] {
    return [...this.#raised.software, ...(this.balancer.startsWith('HA') ? [this.balancer] : [])]
  }

  /** What is not as the configuration says, from the start. */
  get caveats(): readonly Caveat[] {
    return this.#raised.caveats
  }

  get instances(): DeployedInstance[] {
    return this.#raised.parts.map(({ part, instance, url, pid, limit_cores }) => ({
      part,
      instance,
      url,
      pid,
      limit_cores: limit_cores ?? 0,
    }))
  }

  /** Sets the CPU limits. Where that is not permitted, the reason is a caveat and nothing is limited. */
  async limit(): Promise<Caveat[]> {
    const { limits, noLimits, parts } = this.#raised
    if (limits === 'off') return []
    if (noLimits !== null) return [limitsNotSet(noLimits)]
    try {
      for (const { group, limit_cores } of parts)
        if (limit_cores !== null) group?.limit(limit_cores)
      this.#isLimited = true
      return []
    } catch (error) {
      await this.unlimit()
      return [limitsNotSet(error instanceof Error ? error.message : 'unknown reason')]
    }
  }

  /** Lifts all limits. */
  async unlimit(): Promise<void> {
    this.#isLimited = false
    lift(this.#raised.parts)
  }

  /**
   * What every instance and the balancer did since the last sample; call it once a second. A limit is
   * told only while it is in force.
   */
  async sample(second: number): Promise<PartSecond[]> {
    if (this.#state !== 'ready') return []
    const sample = this.#sampler.sample(second)
    this.#underWay = sample
    const limited = this.#isLimited
    return (await sample).map((each) => (limited ? each : { ...each, limit_cores: null }))
  }

  /** A fault: SIGKILL of a database takes all its backends. Resolves when a killed one has ended. */
  async kill({ signal, ...name }: InstanceName & { signal: NodeJS.Signals }): Promise<void> {
    await this.#find(name).kill(signal)
  }

  /** Starts a killed instance again and waits until it is ready; its limit stays. */
  async restart(name: InstanceName): Promise<void> {
    await this.#find(name).restart()
  }

  /** Starts one more instance of a service, unlimited until it is ready, on the port it had if it had one. */
  async grow({ part, instance }: InstanceName): Promise<void> {
    const deployed = await this.#raised.start(part, instance)
    if (this.#state !== 'ready') {
      await deployed.stop()
      return
    }
    this.#raised.parts.push(deployed)
    const { group, limit_cores } = deployed
    if (this.#isLimited && limit_cores !== null) group?.limit(limit_cores)
    await this.#tellBalancer(deployed, 'ready')
  }

  /** Ends an instance as its platform would: out of the balancer, SIGTERM, time to drain. */
  async shrink(name: InstanceName): Promise<void> {
    const deployed = this.#find(name)
    await this.#tellBalancer(deployed, 'drain')
    this.#raised.parts.splice(this.#raised.parts.indexOf(deployed), 1)
    await deployed.stop()
  }

  async #tellBalancer({ kind, url }: Deployed, state: 'ready' | 'drain'): Promise<void> {
    if (kind === 'service') await this.#raised.balancer?.tell(Number(new URL(url).port), state)
  }

  /** A link that was asked for when it was deployed. */
  link(name: LinkName): Link {
    const link = this.#raised.links.get(linkName(name))
    if (link === undefined) throw new RangeError(`there is no link ${linkName(name)}`)
    return link
  }

  /** The last lines of the logs of all instances of a part, or of `balancer`. */
  async logTail(part: string, lines = 20): Promise<string> {
    const { parts, balancer } = this.#raised
    const all = balancer === null ? parts : [...parts, balancer.deployed]
    const logs = all
      .filter((each) => each.part === part)
      .map((each) => logTail(each.logFile, lines))
    return (await Promise.all(logs)).join('\n')
  }

  #find({ part, instance }: InstanceName): Deployed {
    const found = this.#raised.parts.find(
      (each) => each.part === part && each.instance === instance,
    )
    if (found === undefined) throw new RangeError(`there is no ${part} ${instance}`)
    return found
  }

  /** Puts everything away; a second call waits for the first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'draining'
    this.#end ??= Promise.allSettled([this.#underWay])
      .then(() => putAway(this.#raised))
      .finally(() => (this.#state = 'absent'))
    await this.#end
  }
}

/** Ends what was raised, front to back, and removes every trace of it. Goes on when a step fails. */
export async function putAway(raised: Raised): Promise<void> {
  const { parts, balancer, cgroups, journal } = raised
  // Draining needs no patience with a limit.
  lift(parts)
  await balancer?.deployed.stop()
  // Services first: they still want their database and their queue while they drain.
  const services = parts.filter((each) => each.kind === 'service')
  const databases = parts.filter((each) => each.kind !== 'service')
  const ends = await Promise.allSettled(services.map((each) => each.stop()))
  ends.push(...(await Promise.allSettled(databases.map((each) => each.stop()))))
  for (const link of raised.links.values()) await link[Symbol.asyncDispose]()
  for (const folder of cgroups?.folders ?? []) await removeCgroup(folder)
  returnBorrowed(cgroups?.borrowed ?? null)
  await journal[Symbol.asyncDispose]()
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Where others have moved in meanwhile, the leaf stays: it is in nobody's way. */
function returnBorrowed(leaf: string | null): void {
  try {
    if (leaf !== null) giveBack(leaf)
  } catch {
    // The next lab finds the controller handed on, which is what it wants.
  }
}

function lift(parts: readonly Deployed[]): void {
  for (const { group } of parts) {
    try {
      group?.limit(null)
    } catch {
      // What could not be limited is not limited.
    }
  }
}

function limitsNotSet(why: string): Caveat {
  return {
    code: 'limits-not-set',
    text: `CPU limits could not be set, so sizes cannot be told apart: ${why}.`,
    forbids_holds: true,
  }
}
