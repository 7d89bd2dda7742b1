// One request that a persona makes, from due to done: what is measured.
//
//   due ──lateness──→ sent ──service time──→ done        response time = done − due

import type { ActionOptions, Answer, LedgerEntry, Method } from '@plimsoll/workload'
import type { ActionKind } from './action-kinds.ts'
import type { Exchange } from './exchange.ts'
import { outcomeOfLoss, outcomeOfStatus, type SentOutcome } from './outcome.ts'
import { ReceivedAnswer } from './received-answer.ts'
import type { RequestText } from './request-text.ts'
import type { EndedAction } from './samples.ts'

/** What an action tells the session that it belongs to. */
export interface ActionOwner {
  now(): number
  /** It has ended at `done`; a false claim may still turn its outcome. */
  hasEnded(action: Action, done: number, body: Buffer | null): void
  /** Its answer sets cookies; comes before it has ended. */
  setsCookies(head: string): void
  wasSentAgain(action: Action): void
}

export interface ActionStart {
  readonly kind: ActionKind
  readonly options: ActionOptions | undefined
  readonly request: RequestText
  readonly due: number
  readonly sent: number
  readonly resolve: (answer: Answer) => void
}

const timeOut_ms = 10_000

export class Action implements Exchange, EndedAction {
  readonly kind: ActionKind
  readonly method: Method
  readonly request: RequestText
  readonly ledger: LedgerEntry | undefined
  readonly deadline: number
  readonly due: number
  readonly lateness: number
  outcome: SentOutcome = 'ok'
  /** Why it is not ok; empty when it is. */
  reason = ''
  status = 0
  service = 0
  readonly #owner: ActionOwner
  readonly #ok: readonly number[] | undefined
  readonly #resolve: (answer: Answer) => void

  constructor(start: ActionStart, owner: ActionOwner) {
    const { kind, options, due, sent } = start
    this.kind = kind
    this.method = kind.method
    this.request = start.request
    this.ledger = options?.ledger
    this.deadline = due + (options?.timeout ?? timeOut_ms)
    this.due = due
    this.lateness = sent - due
    this.#owner = owner
    this.#ok = options?.ok
    this.#resolve = start.resolve
  }

  get action(): number {
    return this.kind.index
  }

  answered(status: number, head: string, body: Buffer | null, setsCookies: boolean): void {
    if (setsCookies) this.#owner.setsCookies(head)
    const outcome = outcomeOfStatus(this.method, status, this.#ok)
    this.#end({ outcome, reason: outcome === 'ok' ? '' : `status ${status}`, status, head, body })
  }

  lost(reason: string, how: { readonly sent: boolean }): void {
    this.#endUnanswered(outcomeOfLoss(this.method, how), reason)
  }

  abandoned(): void {
    this.#endUnanswered('unknown', 'still open when the run ended')
  }

  sentAgain(): void {
    this.#owner.wasSentAgain(this)
  }

  /** A claim of the persona is false. What may have happened stays unknown. */
  refute(text: string): void {
    if (this.outcome !== 'ok') return
    this.outcome = 'failed'
    this.reason = `check: ${text}`
  }

  #endUnanswered(outcome: SentOutcome, reason: string): void {
    this.#end({ outcome, reason, status: 0, head: '', body: null })
  }

  #end(end: {
    outcome: SentOutcome
    reason: string
    status: number
    head: string
    body: Buffer | null
  }): void {
    const done = this.#owner.now()
    this.outcome = end.outcome
    this.reason = end.reason
    this.status = end.status
    this.service = done - this.due - this.lateness
    this.#owner.hasEnded(this, done, end.body)
    this.#resolve(new ReceivedAnswer(this.kind.name, end.outcome, end))
  }
}
