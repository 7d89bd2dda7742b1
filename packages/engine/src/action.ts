// One request that a persona makes, from due to done: what is measured.
//
//   due ──lateness──→ sent ──service time──→ done        response time = done − due

import type { ActionOptions, Answer, LedgerEntry, Method } from '@plimsoll/workload'
import type { ActionKind } from './action-kinds.ts'
import type { Exchange, Timings } from './exchange.ts'
import { outcomeOfLoss, outcomeOfStatus, writes, type SentOutcome } from './outcome.ts'
import { ReceivedAnswer } from './received-answer.ts'
import type { Following, RequestText } from './request-text.ts'
import type { CountedAction } from './samples.ts'

/** What an action tells the session that it belongs to. */
export interface ActionOwner {
  now(): number
  /** It has ended at `done`; a false claim may still turn its outcome. The body comes where the ledger wants it. */
  hasEnded(action: Action, done: number, body: Buffer | null): void
  /** Its answer sets cookies; comes before it has ended. */
  setsCookies(head: string): void
  wasSentAgain(action: Action): void
  /** The request that its redirect asks for. */
  follow(action: Action, answer: { readonly status: number; readonly head: string }): Following
  /** Sends it again, as it is now. */
  goOn(action: Action): void
}

export interface ActionStart {
  readonly kind: ActionKind
  readonly options: ActionOptions | undefined
  readonly request: RequestText
  readonly due: number
  readonly sent: number
  readonly resolve: (answer: Answer) => void
  /** How many redirects it follows. */
  readonly redirects: number
}

const timeOut_ms = 10_000

export class Action implements Exchange, CountedAction {
  readonly kind: ActionKind
  method: Method
  request: RequestText
  readonly options: ActionOptions | undefined
  timings: Timings | null = null
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
  readonly #resolve: (answer: Answer) => void
  readonly #redirects: number
  /** What was asked before each redirect. */
  #asked: string[] | null = null

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
    this.options = options
    this.#resolve = start.resolve
    this.#redirects = start.redirects
  }

  get action(): number {
    return this.kind.index
  }

  answered(status: number, head: string, body: Buffer | null, setsCookies: boolean): void {
    if (setsCookies) this.#owner.setsCookies(head)
    const ok = this.options?.ok
    if (status >= 300 && status < 400 && this.#redirects > 0 && ok?.includes(status) !== true) {
      if (this.#follows(status, head)) return
    }
    const outcome = this.#believed(outcomeOfStatus(this.method, status, ok))
    this.#end({ outcome, reason: outcome === 'ok' ? '' : `status ${status}`, status, head, body })
  }

  lost(reason: string, how: { readonly sent: boolean }): void {
    this.#endUnanswered(this.#believed(outcomeOfLoss(this.method, how)), reason)
  }

  abandoned(): void {
    this.#endUnanswered('unknown', 'still open when the run ended')
  }

  took(timings: Timings): void {
    const before = this.timings
    this.timings =
      before === null
        ? timings
        : {
            connect: before.connect + timings.connect,
            tls: before.tls + timings.tls,
            receive: before.receive + timings.receive,
          }
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

  /** Goes on where a redirect leads, or ends there. False: the answer is no redirect. */
  #follows(status: number, head: string): boolean {
    const next = this.#owner.follow(this, { status, head })
    if (next.kind === 'stay') return false
    this.#asked ??= []
    this.#asked.push(this.request.text)
    const problem = this.#problemWith(next)
    if (problem === '' && next.kind === 'go') {
      this.method = next.method
      this.request = next.request
      this.#owner.goOn(this)
    } else {
      const outcome = this.#believed('failed')
      this.#end({ outcome, reason: problem, status, head, body: null })
    }
    return true
  }

  #problemWith(next: Following): string {
    const asked = this.#asked as string[]
    if (next.kind === 'stop') return next.reason
    // With other cookies the same address may answer otherwise.
    if (next.kind === 'go' && asked.includes(next.request.text)) return 'redirects in a circle'
    return asked.length > this.#redirects ? `over ${this.#redirects} redirects` : ''
  }

  /** A write that was answered by a redirect may have happened, however the rest ended. */
  #believed(outcome: SentOutcome): SentOutcome {
    return this.#asked !== null && outcome === 'failed' && writes(this.kind.method)
      ? 'unknown'
      : outcome
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
    const answer = new ReceivedAnswer(this.kind.name, end.outcome, end)
    this.#owner.hasEnded(this, done, this.ledger === undefined ? null : answer.readable())
    this.#resolve(answer)
  }
}
