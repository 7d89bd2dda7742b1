// Brings up a configuration on this machine: databases on copies of the prepared data, services after
// what they need, the balancer in front. Boot is unlimited; `limit()` comes later.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  cacheFolder,
  environmentError,
  etcdVersion,
  freePort,
  redisVersion,
  type PostgresServer,
} from '@plimsoll/stores'
import { PlimsollError, seconds } from '@plimsoll/workload'
import type { Caveat, PlannedConfiguration, PlannedPart } from '@plimsoll/record'
import type { Part, PartAddress, ReplicaPart, ServicePart, System } from '../system.ts'
import { balancerProgram, type BalancerProgram } from './balancer/balancer.ts'
import type { Cgroup } from './cgroup/cgroup.ts'
import { openCgroups } from './cgroup/open-cgroups.ts'
import { deployPostgres, deployReplica } from './deployed-postgres.ts'
import { deployProcess } from './deployed-process.ts'
import {
  deployCache,
  deployDiscovery,
  deployQueue,
  type StorePartOptions,
} from './deployed-store.ts'
import { Deployment, linkName, putAway, type LinkName, type Raised } from './deployment.ts'
import { Journal, putAwayLeftovers } from './journal.ts'
import { environmentFor } from './instance-environment.ts'
import { Link, throughPort } from './link.ts'
import { inOrderOfNeed } from './order-of-need.ts'
import { settingsOf } from './part-settings.ts'
import { Sampler } from './sampling.ts'

export interface DeployOptions {
  readonly system: System
  readonly configuration: PlannedConfiguration
  /** Prepared data by database part, from `prepareTemplate`. A database without one starts empty. */
  readonly templateFolders: Readonly<Record<string, string>>
  /** Databases that are up already, by part: neither started nor ended here. For `up`. */
  readonly databases?: Readonly<Record<string, PartAddress>>
  /** Logs and the balancer's configuration are written here; it is kept. */
  readonly runFolder: string
  /** `off`: sizes are ignored, for `up`. */
  readonly limits: 'set' | 'off'
  readonly onProgress?: (line: string) => void
  /** Of the front door. Default: a free one. */
  readonly port?: number
  /** Ways between parts that a fault is going to cut. */
  readonly links?: readonly LinkName[]
  /** Ends the deployment early; what had been started is put away. */
  readonly signal?: AbortSignal
  readonly cache?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Deploys and resolves when the front door answers. Throws `server-did-not-start`, `port-in-use`,
 * `disk-full`, `no-permission`; whatever had been started is put away first.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const raising = await Raising.begin(options)
  try {
    await raising.stores()
    await raising.services()
    await raising.balancer()
    const { raised } = raising
    const all = () => [
      ...raised.parts,
      ...(raised.balancer === null ? [] : [raised.balancer.deployed]),
    ]
    return new Deployment(raised, await Sampler.start(all))
  } catch (error) {
    await putAway(raising.raised)
    throw error
  }
}

let deployments = 0

/** Parts that a system does without where their program is not installed, or is switched off. */
const optionalPrograms = {
  cache: { program: 'redis-server', off: 'PLIMSOLL_REDIS', version: redisVersion },
  discovery: { program: 'etcd', off: 'PLIMSOLL_ETCD', version: etcdVersion },
} as const

type OptionalKind = keyof typeof optionalPrograms

function isOptional(kind: Part['kind']): kind is OptionalKind {
  return kind in optionalPrograms
}

function partAbsent(kind: OptionalKind, part: string): Caveat {
  const { program } = optionalPrograms[kind]
  return {
    code: `${kind}-absent`,
    text: `There is no ${program} on this machine: the system was deployed without its part "${part}".`,
    forbids_holds: false,
  }
}

/** The steps of one deployment; what has been raised so far can always be put away. */
class Raising {
  readonly raised: Raised
  readonly #options: DeployOptions
  readonly #cache: string
  readonly #ports = new Set<number>()
  readonly #portsByName = new Map<string, number>()
  readonly #groups = new Map<string, Cgroup>()
  readonly #addresses: Record<string, PartAddress> = {}
  readonly #servers = new Map<string, PostgresServer>()

  private constructor(options: DeployOptions, cache: string, raised: Raised) {
    this.#options = options
    this.#cache = cache
    this.raised = raised
  }

  static async begin(options: DeployOptions): Promise<Raising> {
    const cache = options.cache ?? cacheFolder()
    await putAwayLeftovers(cache)
    await mkdir(options.runFolder, { recursive: true }).catch((cause: unknown) => {
      throw environmentError(`The folder ${options.runFolder} could not be made`, cause)
    })
    const journal = await Journal.open(cache)
    const name = `plimsoll-${process.pid}-${(deployments += 1)}`
    const opened = openCgroups(name)
    for (const folder of opened.parent?.folders ?? []) journal.cgroup(folder)
    if (opened.parent?.borrowed) journal.borrowed(opened.parent.borrowed)
    const noLimits = opened.parent === null ? opened.why : null
    const raised: Raised = {
      journal,
      cgroups: opened.parent,
      limits: options.limits,
      noLimits,
      parts: [],
      caveats: [],
      links: new Map(),
      start: async () => {
        throw new RangeError('nothing can be started yet')
      },
      balancer: null,
      software: [],
    }
    return new Raising(options, cache, raised)
  }

  /** What holds data, before what works on it. */
  async stores(): Promise<void> {
    const { system, configuration, databases } = this.#options
    const isReplica = ({ part }: PlannedPart) => system.parts[part]?.kind === 'replica'
    // A replica after what it follows.
    const inTurn = configuration.parts.toSorted(
      (a, b) => Number(isReplica(a)) - Number(isReplica(b)),
    )
    for (const planned of inTurn) {
      const part = system.parts[planned.part]
      if (part === undefined || part.kind === 'service') continue
      const given = databases?.[part.kind === 'replica' ? part.of : planned.part]
      if (given !== undefined) {
        // A database of somebody else has no replica of ours: whoever reads from it reads the database.
        this.#addresses[planned.part] = given
        continue
      }
      if (isOptional(part.kind) && !this.#isInstalled(part.kind)) {
        this.#addresses[planned.part] = { url: '' }
        const caveat = partAbsent(part.kind, planned.part)
        this.raised.caveats.push(caveat)
        this.#say(caveat.text)
        continue
      }
      const found = await this.#store(part, planned)
      this.#addresses[planned.part] = { url: found.deployed.url }
      this.raised.parts.push(found.deployed)
      this.raised.software.push(found.software)
    }
  }

  async #store(part: Exclude<Part, ServicePart>, planned: PlannedPart) {
    const name = planned.part
    const { runFolder, templateFolders } = this.#options
    const options: StorePartOptions = {
      part: name,
      // No vCPUs: a managed part, without a limit.
      limit_cores: planned.limit_cores === 0 ? null : planned.limit_cores,
      ...this.#group(`${name}-0`),
      logFile: join(runFolder, `${name}-0.log`),
      cache: this.#cache,
    }
    if (part.kind === 'queue') {
      this.#say(`${name}: starting the queue`)
      return deployQueue(options)
    }
    if (part.kind === 'cache') {
      this.#say(`${name}: starting Redis`)
      return deployCache({ ...options, memory_megabytes: part.memory_megabytes })
    }
    if (part.kind === 'discovery') {
      this.#say(`${name}: starting etcd`)
      return deployDiscovery(options)
    }
    if (part.kind === 'replica') {
      this.#say(`${name}: copying ${part.of} and following it`)
      return this.#replica(part, planned.settings, options)
    }
    this.#say(`${name}: copying the data and starting PostgreSQL`)
    const settings = { ...part.settings, ...planned.settings }
    const deployed = await deployPostgres({ ...options, settings, from: templateFolders[name] })
    this.#servers.set(name, deployed.server)
    return deployed
  }

  async #replica(part: ReplicaPart, settings: PlannedPart['settings'], options: StorePartOptions) {
    const followed = this.#servers.get(part.of)
    if (followed === undefined) throw new RangeError(`${part.of} is not up`)
    const { dataFolder } = followed
    const { url = '' } = (await this.#addressesFor(options.part))[part.of] ?? {}
    const of = { url, dataFolder, settings: followed.settings }
    return deployReplica({ ...options, settings: { ...part.settings, ...settings }, of })
  }

  /** The addresses as one part sees them: through a link where one is to be cut. */
  async #addressesFor(from: string): Promise<Record<string, PartAddress>> {
    const seen = { ...this.#addresses }
    for (const { to } of (this.#options.links ?? []).filter((link) => link.from === from)) {
      const url = this.#addresses[to]?.url ?? ''
      if (url === '') continue
      const name = linkName({ from, to })
      const link = this.raised.links.get(name) ?? (await Link.open(Number(new URL(url).port)))
      this.raised.links.set(name, link)
      const linked = throughPort(url, link.port)
      const urls = this.#addresses[to]?.urls ?? [url]
      seen[to] = { url: linked, urls: urls.map((each) => (each === url ? linked : each)) }
    }
    return seen
  }

  /** Each after the ones it needs, which it finds by their instances, the first one above all. */
  async services(): Promise<void> {
    const { system, configuration } = this.#options
    this.raised.start = (name, instance) => {
      const part = system.parts[name]
      const planned = configuration.parts.find((each) => each.part === name)
      if (part?.kind !== 'service' || planned === undefined) {
        throw new RangeError(`there is no service ${name}`)
      }
      return this.#service(part, planned, instance)
    }
    const isService = ({ part }: PlannedPart) => system.parts[part]?.kind === 'service'
    const needs = (name: string) => {
      const part = system.parts[name]
      return part?.kind === 'service' ? part.needs : []
    }
    const planned = configuration.parts.filter(isService)
    for (const each of inOrderOfNeed(planned, Object.keys(this.#addresses), needs)) {
      const part = system.parts[each.part]
      if (part?.kind !== 'service') continue
      const processes = each.instances * each.processes
      this.#say(`${each.part}: starting ${processes === 1 ? 'it' : `${processes} of it`}`)
      const numbers = Array.from({ length: processes }, (_, n) => n)
      const starts = await Promise.allSettled(numbers.map((n) => this.#service(part, each, n)))
      for (const start of starts) {
        if (start.status === 'fulfilled') this.raised.parts.push(start.value)
      }
      const failed = starts.find((start) => start.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      const urls = this.raised.parts.filter(({ part }) => part === each.part).map(({ url }) => url)
      if (urls[0] !== undefined) this.#addresses[each.part] = { url: urls[0], urls }
    }
  }

  /** One that was there before comes back on its port: the balancer knows it by that. */
  async #service(part: ServicePart, planned: PlannedPart, instance: number) {
    const { system, runFolder } = this.#options
    const addresses = await this.#addressesFor(planned.part)
    const name = `${planned.part}-${instance}`
    const before = this.#portsByName.get(name)
    const deployed = await deployProcess({
      kind: 'service',
      part: planned.part,
      instance,
      limit_cores: planned.limit_cores / planned.processes,
      ...this.#group(name),
      journal: this.raised.journal,
      signal: this.#options.signal,
      logFile: join(runFolder, `${name}.log`),
      cwd: system.folder,
      ready: part.ready,
      metrics: part.metrics ?? null,
      drain: part.drain,
      port: before ?? (await this.#freePort()),
      isFixed: before !== undefined,
      launch: async (port) => ({
        command: part.command,
        env: {
          ...environmentFor(system, this.#env),
          ...settingsOf({ part, name: planned.part, addresses, port }),
          ...planned.settings,
        },
      }),
    })
    this.#portsByName.set(name, Number(new URL(deployed.url).port))
    return deployed
  }

  async balancer(): Promise<void> {
    const { system, runFolder, port } = this.#options
    const entry = system.parts[system.entry]
    const entries = this.raised.parts.filter(({ part }) => part === system.entry)
    if (entry?.kind !== 'service' || entries.length === 0) {
      throw new PlimsollError({
        code: 'entry-not-deployed',
        blame: 'input',
        message: `The entry "${system.entry}" of ${system.name} is not a service of this configuration.`,
        hint: 'Give the entry part a size in the configuration.',
      })
    }
    const planned = this.#options.configuration.parts.find(({ part }) => part === system.entry)
    const keep_alive = planned?.balancer?.keep_alive ?? 'on'
    let program: BalancerProgram | null = null
    const deployed = await deployProcess({
      kind: 'balancer',
      part: 'balancer',
      instance: 0,
      limit_cores: null,
      group: null,
      attach: () => {},
      journal: this.raised.journal,
      signal: this.#options.signal,
      logFile: join(runFolder, 'balancer.log'),
      cwd: runFolder,
      ready: entry.ready,
      metrics: null,
      drain: seconds(0.5),
      port: port ?? (await this.#freePort()),
      isFixed: port !== undefined,
      launch: async (own) => {
        const instances = entries.map(({ url }) => Number(new URL(url).port))
        const admin = await this.#freePort()
        const targets = { port: own, instances, ready: entry.ready, keep_alive, admin }
        program = await balancerProgram(targets, runFolder, this.#env)
        return program
      },
    })
    const { name = '', tell = async () => {} } = (program as BalancerProgram | null) ?? {}
    this.raised.balancer = { name, deployed, tell }
    this.#say(`ready at ${deployed.url} (balancer: ${name})`)
  }

  get #env(): Readonly<Record<string, string | undefined>> {
    return this.#options.env ?? process.env
  }

  /** A group of its own; without one the instance runs all the same, and `limit()` says why. */
  #group(name: string): { group: Cgroup | null; attach: (pid: number) => void } {
    let group: Cgroup | null = null
    const attempt = (step: () => void) => {
      try {
        step()
      } catch (error) {
        // A process that has ended already is no reason.
        const { code, message } = error as NodeJS.ErrnoException
        if (code !== 'ESRCH') this.raised.noLimits ??= message
      }
    }
    attempt(() => (group = this.#groups.get(name) ?? this.raised.cgroups?.create(name) ?? null))
    if (group !== null) this.#groups.set(name, group)
    return { group, attach: (pid) => attempt(() => group?.add(pid)) }
  }

  #isInstalled(kind: OptionalKind): boolean {
    const { off, version } = optionalPrograms[kind]
    return this.#env[off] !== 'off' && version(this.#env['PATH']) !== null
  }

  /** The kernel may offer a port again that was offered and is not yet listened on. */
  async #freePort(): Promise<number> {
    for (;;) {
      const port = await freePort()
      if (this.#ports.has(port)) continue
      this.#ports.add(port)
      return port
    }
  }

  /** Says what comes next, unless nobody wants it any more. */
  #say(line: string): void {
    this.#options.signal?.throwIfAborted()
    this.#options.onProgress?.(line)
  }
}
