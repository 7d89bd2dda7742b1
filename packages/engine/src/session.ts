// One session: a persona living once. It holds when the next action is due: at the arrival, then when the
// previous action ended plus the time that the user thinks.

import {
  randomStream,
  type ActionOptions,
  type Answer,
  type Http,
  type Method,
  type Milliseconds,
  type Persona,
  type Random,
  type SessionTools,
} from '@plimsoll/workload'
import { Action, type ActionOwner } from './action.ts'
import type { ActionKinds } from './action-kinds.ts'
import type { DueQueue } from './due-queue.ts'
import type { Carrier } from './exchange.ts'
import type { Ledger } from './ledger-file.ts'
import { personaError } from './persona-error.ts'
import type { RequestWriter } from './request-text.ts'
import type { Samples } from './samples.ts'

/** What all sessions stand on. */
export interface SessionGround {
  readonly seed: number
  readonly now: () => number
  readonly queue: DueQueue
  readonly samples: Samples
  readonly kinds: ActionKinds
  readonly ledger: Ledger
  /** Actions sent and not ended. */
  underWay: number
  /** The run has ended: whatever a persona still asks for never comes. */
  isClosed: boolean
}

/** Where a session sends its requests. */
export interface Route {
  readonly writer: RequestWriter
  readonly carrier: Carrier
}

export interface SessionStart {
  readonly persona: Persona
  readonly name: string
  readonly session: number
  /** Due time of the arrival, ms. */
  readonly due: number
  readonly route: Route
}

export class Session implements ActionOwner, SessionTools {
  readonly session: number
  readonly http: Http
  readonly #ground: SessionGround
  readonly #start: SessionStart
  #random: Random | undefined
  #nextDue: number
  /** The last action that ended; a claim may still turn its outcome. */
  #open: Action | null = null
  #actions = 0
  #isOver = false

  constructor(start: SessionStart, ground: SessionGround) {
    this.#ground = ground
    this.#start = start
    this.session = start.session
    this.#nextDue = start.due
    this.http = new SessionHttp(this)
  }

  get random(): Random {
    return (this.#random ??= randomStream(this.#ground.seed, this.session))
  }

  /** How many actions it made. */
  get actions(): number {
    return this.#actions
  }

  /** Lives. Resolves when the persona has ended, however it did. */
  async live(): Promise<void> {
    const { samples } = this.#ground
    const { persona, name, due } = this.#start
    samples.sessions.hasStarted()
    try {
      await persona.live(this)
      samples.sessions.hasEnded(this.#ground.now() - due)
    } catch (thrown) {
      samples.sessions.wasCutShort(personaError(name, thrown))
    }
    this.settle()
    this.#isOver = true
  }

  // Personas take these out of the tools by name, so they are bound.
  readonly think = ({ from, to }: { from: Milliseconds; to: Milliseconds }): Promise<void> => {
    if (!(from >= 0 && to >= from && Number.isFinite(to))) {
      throw new TypeError(`think: expected times with 0 ≤ from ≤ to, found ${from} to ${to}`)
    }
    this.settle()
    this.#nextDue += this.random.between({ from, to })
    const due = this.#nextDue
    return new Promise((resolve) => {
      if (!this.#ground.isClosed) this.#ground.queue.add({ due, wake: resolve })
    })
  }

  readonly check = (text: string, holds: boolean): void => {
    if (holds) return
    if (this.#open === null) {
      throw new Error(
        `check ${JSON.stringify(text)} has no answer to speak of: claim before the next think or action`,
      )
    }
    this.#open.refute(text)
  }

  perform(method: Method, path: string, options: ActionOptions | undefined): Promise<Answer> {
    return new Promise((resolve) => {
      const ground = this.#ground
      if (ground.isClosed) return
      const kind = ground.kinds.kindOf(method, path)
      const request = this.#start.route.writer.write(method, kind.path, options)
      this.settle()
      const sent = ground.now()
      const due = Math.min(this.#nextDue, sent)
      const action = new Action({ kind, options, request, due, sent, resolve }, this)
      ground.samples.isDue(kind.index, due)
      ground.underWay += 1
      this.#actions += 1
      if (action.ledger !== undefined) ground.ledger.intent(action.ledger)
      this.#start.route.carrier.send(action)
    })
  }

  now(): number {
    return this.#ground.now()
  }

  hasEnded(action: Action, done: number, body: Buffer | null): void {
    const ground = this.#ground
    ground.underWay -= 1
    this.#nextDue = Math.max(this.#nextDue, done)
    if (action.ledger !== undefined) {
      ground.ledger.outcome(action.ledger, { outcome: action.outcome, status: action.status, body })
    }
    this.settle()
    this.#open = action
    if (this.#isOver) this.settle()
  }

  wasSentAgain(action: Action): void {
    const reason = 'sent again: the server had closed the kept connection'
    this.#ground.samples.hasReason(action.kind.name, 'failed', reason)
  }

  /** No claim can follow any more: the last action counts as it stands. */
  settle(): void {
    const action = this.#open
    if (action === null) return
    this.#open = null
    this.#ground.samples.hasEnded(action)
    if (action.outcome !== 'ok') {
      this.#ground.samples.hasReason(action.kind.name, action.outcome, action.reason)
    }
  }
}

/** The verbs of a session. */
class SessionHttp implements Http {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  get(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('GET', path, options)
  }
  head(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('HEAD', path, options)
  }
  post(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('POST', path, options)
  }
  put(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('PUT', path, options)
  }
  patch(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('PATCH', path, options)
  }
  delete(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#session.perform('DELETE', path, options)
  }
}
