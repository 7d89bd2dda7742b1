// An action that is not one HTTP request: a stream opened, a message awaited, a remote call. From due to done like
// any other.

import type { LedgerEntry } from '@plimsoll/workload'
import type { CountedAction } from './samples.ts'
import type { SentOutcome } from './outcome.ts'

export interface MeasuredStart {
  readonly kind: { readonly name: string; readonly index: number }
  readonly due: number
  readonly sent: number
  readonly timeout: number | undefined
  readonly ledger?: LedgerEntry | undefined
}

/** What it tells the session that it belongs to. */
export interface MeasuredOwner {
  now(): number
  measuredEnded(action: MeasuredAction, done: number, promised: Promised): void
}

/** What the ledger keeps of an answer. */
export interface Promised {
  readonly status: number
  readonly body: Buffer | null
}

const timeOut_ms = 10_000
const nothing: Promised = { status: 0, body: null }

export class MeasuredAction implements CountedAction {
  readonly kind: MeasuredStart['kind']
  readonly due: number
  readonly lateness: number
  readonly deadline: number
  readonly ledger: LedgerEntry | undefined
  readonly timings = null
  outcome: SentOutcome = 'ok'
  reason = ''
  service = 0
  /** Called once, when it is timed out or abandoned. */
  readonly #giveUp: (action: MeasuredAction, reason: string) => void
  readonly #owner: MeasuredOwner
  #hasEnded = false

  /** `giveUp` is to end it: the time is over, or the run. */
  constructor(
    { kind, due, sent, timeout, ledger }: MeasuredStart,
    owner: MeasuredOwner,
    giveUp: (action: MeasuredAction, reason: string) => void,
  ) {
    this.kind = kind
    this.due = due
    this.lateness = sent - due
    this.deadline = due + (timeout ?? timeOut_ms)
    this.ledger = ledger
    this.#owner = owner
    this.#giveUp = giveUp
  }

  get action(): number {
    return this.kind.index
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  end(outcome: SentOutcome, reason = '', promised: Promised = nothing): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const done = this.#owner.now()
    this.outcome = outcome
    this.reason = reason
    this.service = done - this.due - this.lateness
    this.#owner.measuredEnded(this, done, promised)
  }

  giveUp(reason: string): void {
    if (!this.#hasEnded) this.#giveUp(this, reason)
  }

  refute(text: string): void {
    if (this.outcome !== 'ok') return
    this.outcome = 'failed'
    this.reason = `check: ${text}`
  }
}
