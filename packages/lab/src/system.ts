// The backend under study: its parts, the settings they take from each other, how its data is prepared
// and what must be true of it. A part is a command to start and a readiness path, in any language.

import type { InvariantResult, Promised } from '@plimsoll/record'
import type { Milliseconds, Random } from '@plimsoll/workload'

/** What a part can be told about the others: filled in when it is deployed. */
export interface PartAddress {
  /** `postgres://…` or `http://127.0.0.1:PORT`. */
  readonly url: string
}

/** Addresses by part name, and the port that this instance is to listen on. */
export type SettingsInput = Readonly<Record<string, PartAddress>> & { readonly port: number }

export interface ServicePart {
  readonly kind: 'service'
  /** Run in the system's folder. `node` is the Node that runs Plimsoll. */
  readonly command: readonly string[]
  /** Answers 200 when the instance can serve. */
  readonly ready: string
  /** Prometheus text, read once a second when given. */
  readonly metrics?: string
  /** How long SIGTERM may take before SIGKILL. */
  readonly drain: Milliseconds
  readonly settings: (addresses: SettingsInput) => Readonly<Record<string, string>>
}

export interface PostgresPart {
  readonly kind: 'postgres'
  /** Extra lines of postgresql.conf. Durability (`fsync`, `synchronous_commit`) cannot be switched off. */
  readonly settings: Readonly<Record<string, string>>
}

export type Part = ServicePart | PostgresPart

/** Run in the system's folder once per (system, seed), with the settings of the entry part. */
export interface PrepareCommand {
  readonly command: string
}

export interface InvariantInput {
  /** The front door. */
  readonly url: string
  readonly promised: readonly Promised[]
  readonly random: Random
}

/** A claim about the system's data, read through its front door after a run. */
export type Invariant = (input: InvariantInput) => Promise<Omit<InvariantResult, 'name'>>

export interface System<PartName extends string = string> {
  readonly name: string
  /** The part that users reach, through the balancer. */
  readonly entry: PartName
  readonly parts: Readonly<Record<PartName, Part>>
  readonly prepare: readonly PrepareCommand[]
  readonly invariants: Readonly<Record<string, Invariant>>
  /** Absolute folder of the file that called `system`: where its commands run. */
  readonly folder: string
}
