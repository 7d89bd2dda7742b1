// The seam between actions and protocols: a request on its way, and the ways in which that can end.
// Whoever carries it calls exactly one of `answered`, `lost` and `abandoned`, once.

import type { Method } from '@plimsoll/workload'
import type { RequestText } from './request-text.ts'

export interface Exchange {
  readonly method: Method
  readonly request: RequestText
  /** Parts of the service time that not every exchange has: see `Timings`. Comes before it is answered. */
  took(timings: Timings): void
  /** When it is timed out, on the engine's clock, ms. */
  readonly deadline: number
  /** A whole answer. `head` is its text with lines ended by CR LF; a null body is empty. */
  answered(status: number, head: string, body: Buffer | null, setsCookies: boolean): void
  /** No answer, or not a whole one. `sent` is false when certainly nothing reached the server. */
  lost(reason: string, how: { readonly sent: boolean }): void
  /** The run ended first. */
  abandoned(): void
  /** Sent a second time, because the server had closed the kept connection under the first. */
  sentAgain(): void
}

/** Parts of a service time, ms; what is left of it is the wait for the first byte of the answer. */
export interface Timings {
  /** Look-up and connecting, 0 on a kept connection. */
  readonly connect: number
  readonly tls: number
  /** From the first byte of the answer to the last, 0 when it came in one piece. */
  readonly receive: number
}

/** Where an exchange is sent. */
export interface Lane {
  send(exchange: Exchange): void
}

/** A lane of one session, with connections that nobody else uses. */
export interface OwnLane extends Lane {
  /** The session is over: closes what is idle, and the rest as soon as it is. */
  release(): void
}

/** Carries requests to one target and bounds how long they take. */
export interface Carrier extends Lane {
  /** Resolves when it can carry without delay. */
  ready?(): Promise<unknown>
  own(): OwnLane
  /** Times out what is overdue at `now`, ms, and closes what has been idle for long. */
  sweep(now: number): void
  /** Gives up everything under way. */
  close(): void
}
