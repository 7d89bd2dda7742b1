// The backend under study: its parts, the settings they take from each other, how its data is prepared
// and what must be true of it. A part is a command to start and a readiness path, in any language.

import { PlimsollError, type Fault, type Milliseconds, type Random } from '@plimsoll/workload'
import type { InvariantResult, Promised } from '@plimsoll/record'
import { alarmFaults, type Alarms } from './alarms.ts'

/** What a part can be told about another: filled in when it is deployed. */
export interface PartAddress {
  /** `postgres://…`, `redis://…` or `http://127.0.0.1:PORT`; empty: it is left out, as a cache is without Redis. */
  readonly url: string
  /** Those of all instances of a service, the first one's first; `url` alone where it is not given. */
  readonly urls?: readonly string[]
}

/** The addresses of the parts it needs, and the port that this instance is to listen on. */
export type SettingsInput<Need extends string = string> = Readonly<
  Record<Need, Required<PartAddress>>
> & {
  readonly port: number
}

export interface ServicePart {
  readonly kind: 'service'
  /** Run in the system's folder. `node` is the Node that runs Plimsoll. */
  readonly command: readonly string[]
  /**
   * How many processes one instance runs. A program with one thread that does the work, as Node has, fills
   * one vCPU: on a bigger size it wants one process per vCPU, each held to its vCPU. Default `one`.
   */
  readonly processes: 'one' | 'one per vCPU'
  /** Parts that must be ready before it starts, and whose addresses its settings take. */
  readonly needs: readonly string[]
  /** Answers 200 when the instance can serve. */
  readonly ready: string
  /** Path of a Prometheus text, read once a second when given. */
  readonly metrics?: string
  /** How long SIGTERM may take before SIGKILL. */
  readonly drain: Milliseconds
  /** How many there are where no configuration says, as for `plimsoll up`. */
  readonly instances: number
  readonly settings: (input: SettingsInput) => Readonly<Record<string, string>>
}

export interface PostgresPart {
  readonly kind: 'postgres'
  /** Lines of postgresql.conf. Durability (`fsync`, `synchronous_commit`) cannot be switched off. */
  readonly settings: Readonly<Record<string, string>>
}

/** A streaming replica of a `postgres` part: it may be read, and shows what was committed a little later. */
export interface ReplicaPart {
  readonly kind: 'replica'
  /** The part that it follows. */
  readonly of: string
  /** Lines of its postgresql.conf, e.g. `recovery_min_apply_delay`, which holds it back. */
  readonly settings: Readonly<Record<string, string>>
}

/** An SQS-compatible queue that keeps what it has taken: its address is the endpoint. */
export interface QueuePart {
  readonly kind: 'queue'
}

/** A Redis that keeps nothing. Where there is no Redis its address is empty, and a caveat says so. */
export interface CachePart {
  readonly kind: 'cache'
  /** Beyond it the keys used least recently go. */
  readonly memory_megabytes: number
}

/** An etcd of one member. Where there is no etcd its address is empty, and a caveat says so. */
export interface DiscoveryPart {
  readonly kind: 'discovery'
}

export type Part = ServicePart | PostgresPart | ReplicaPart | QueuePart | CachePart | DiscoveryPart

/** Run by a shell in the system's folder, once per (system, seed), with the settings of a service. */
export interface PrepareCommand {
  readonly command: string
  /** The service; the entry where it is not given. */
  readonly part?: string
}

export interface InvariantInput {
  /** The front door. */
  readonly url: string
  /** The parts behind it, for a recount that has no door, e.g. `addresses.database`. */
  readonly addresses: Readonly<Record<string, PartAddress>>
  /** All promises of the run, with how they ended. */
  readonly promised: readonly Promised[]
  readonly random: Random
}

/** A claim about the system's data, read through its front door after a run. */
export type Invariant = (input: InvariantInput) => Promise<Omit<InvariantResult, 'name'>>

export interface System<PartName extends string = string> {
  readonly name: string
  /** Where its commands run: `import.meta.dirname` of the file that declares it. */
  readonly folder: string
  /** The part that users reach, through the balancer. */
  readonly entry: PartName
  readonly parts: Readonly<Record<PartName, Part>>
  readonly prepare: readonly PrepareCommand[]
  readonly invariants: Readonly<Record<string, Invariant>>
  readonly alarms: Alarms
}

export interface ServiceOptions<Need extends string> {
  readonly command: readonly string[]
  readonly processes?: ServicePart['processes']
  readonly needs?: readonly Need[]
  readonly ready: string
  readonly metrics?: string
  readonly drain: Milliseconds
  /** How many there are where no configuration says, as for `plimsoll up`. Default 1. */
  readonly instances?: number
  readonly settings: (input: SettingsInput<NoInfer<Need>>) => Readonly<Record<string, string>>
}

/** A process of the system's own, in as many instances as a configuration says. */
export function service<const Need extends string = never>(
  options: ServiceOptions<Need>,
): ServicePart {
  return { needs: [], processes: 'one', instances: 1, ...options, kind: 'service' }
}

/** A real PostgreSQL with durable settings. */
export function postgres(settings: Readonly<Record<string, string>> = {}): PostgresPart {
  return { kind: 'postgres', settings }
}

/**
 * A real streaming replica of another part, with a size and a limit of its own. Where that part is a database
 * named by `DATABASE_URL`, there is no replica: its address is that of the database.
 */
export function replica({
  of,
  settings = {},
}: {
  readonly of: string
  readonly settings?: Readonly<Record<string, string>>
}): ReplicaPart {
  return { kind: 'replica', of, settings }
}

/**
 * A queue with the API of SQS (fauxqs). Its size is `sqs`: a managed queue is rented by the request, so it is
 * not limited here; when it is what runs out, a caveat says so.
 */
export function queue(): QueuePart {
  return { kind: 'queue' }
}

/** A Redis cache, limited to its size like every instance that is rented by the hour. */
export function cache({ memory_megabytes = 64 } = {}): CachePart {
  return { kind: 'cache', memory_megabytes }
}

/**
 * Where services tell each other their addresses (etcd). Its size is `shared`, without a limit, where everything else
 * uses it too.
 */
export function discovery(): DiscoveryPart {
  return { kind: 'discovery' }
}

const earlyCompilers = [
  '--invocation-count-for-maglev=100',
  '--invocation-count-for-turbofan=500',
  '--minimum-invocations-after-ic-update=100',
]

/**
 * The command of a service in Node that is fit to be limited. At an eighth of a core, marking a small heap stalls for
 * 300 ms, and the compiler's second look at everything, by default after some 15,000 requests, for a second. So the heap
 * starts large and the compilers look early.
 */
export function node(...args: readonly string[]): readonly string[] {
  return ['node', '--initial-heap-size=400', ...earlyCompilers, ...args]
}

/** One command line of the preparation, with the settings of the entry part unless `part` names another. */
export function command(line: string, options: { readonly part?: string } = {}): PrepareCommand {
  return { command: line, ...options }
}

export interface SystemOptions<PartName extends string> {
  readonly name: string
  readonly folder: string
  readonly entry: NoInfer<PartName>
  readonly parts: Readonly<Record<PartName, Part>>
  readonly prepare?: readonly PrepareCommand[]
  readonly invariants?: Readonly<Record<string, Invariant>>
  /** Evaluated over every recorded second of a run. */
  readonly alarms?: Alarms
}

/** Throws `system-invalid` with every fault at once. */
export function system<PartName extends string>(
  options: SystemOptions<PartName>,
): System<PartName> {
  const defined: System<PartName> = { prepare: [], invariants: {}, alarms: {}, ...options }
  const faults = systemFaults(defined)
  if (faults.length > 0) {
    throw new PlimsollError({
      code: 'system-invalid',
      blame: 'input',
      message: `The system "${options.name}" cannot be deployed.`,
      hint: 'Mend each line above in its system.ts.',
      faults,
    })
  }
  return Object.freeze(defined)
}

function systemFaults({ name, entry, parts, prepare, alarms }: System): Fault[] {
  const names = Object.keys(parts)
  const faults: Fault[] = alarmFaults(alarms, names)
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    faults.push({
      where: 'name',
      problem: `expected lower-case letters, digits and -, found "${name}"`,
    })
  }
  if (parts[entry]?.kind !== 'service') {
    faults.push({ where: 'entry', problem: `expected a part of kind service, found "${entry}"` })
  }
  for (const { part, command } of prepare) {
    if (part === undefined || parts[part]?.kind === 'service') continue
    faults.push({
      where: `prepare "${command}"`,
      problem: `expected a part of kind service, found "${part}"`,
    })
  }
  for (const [part, definition] of Object.entries(parts)) {
    if (part === 'port') faults.push({ where: 'parts.port', problem: 'the name "port" is taken' })
    if (definition.kind === 'replica' && parts[definition.of]?.kind !== 'postgres') {
      const problem = `expected a part of kind postgres, found "${definition.of}"`
      faults.push({ where: `parts.${part}.of`, problem })
    }
    if (definition.kind !== 'service') continue
    if (definition.command.length === 0) {
      faults.push({ where: `parts.${part}.command`, problem: 'expected a command, found none' })
    }
    for (const need of definition.needs.filter((need) => !names.includes(need))) {
      faults.push({
        where: `parts.${part}.needs`,
        problem: `expected one of ${names.join(', ')}, found "${need}"`,
      })
    }
  }
  return faults
}
