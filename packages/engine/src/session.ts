// One session: a persona living once. It holds when the next action is due: at the arrival, then when the
// previous action ended plus the time that the user thinks.

import {
  randomStream,
  type ActionOptions,
  type Answer,
  type Cookies,
  type Http,
  type Method,
  type Milliseconds,
  type Persona,
  type Random,
  type SessionTools,
  type Setup,
} from '@plimsoll/workload'
import { Action, type ActionOwner } from './action.ts'
import type { ActionKinds } from './action-kinds.ts'
import { CookieJar } from './cookie-jar.ts'
import type { DueQueue } from './due-queue.ts'
import type { Carrier, OwnLane } from './exchange.ts'
import { HttpVerbs, type Performer } from './http-verbs.ts'
import type { Ledger } from './ledger-file.ts'
import { personaError } from './persona-error.ts'
import type { RequestWriter, StandingHeaders } from './request-text.ts'
import type { Samples } from './samples.ts'

/** What all sessions stand on. */
export interface SessionGround {
  readonly seed: number
  readonly now: () => number
  readonly queue: DueQueue
  readonly samples: Samples
  readonly kinds: ActionKinds
  readonly ledger: Ledger
  /** How much of each pause is played, 0 to 1. */
  readonly pauses: number
  /** What the workload's setups made. */
  given: ReadonlyMap<Setup, unknown>
  /** The phase being played; undefined in the warm-up and in steps of the search. */
  phase: string | undefined
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
  /** Which of its stretch it is, from 0, and the number of that stretch's first session. */
  readonly place: number
  readonly first_session: number
  /** Due time of the arrival, ms. */
  readonly due: number
  readonly route: Route
}

export class Session implements ActionOwner, Performer, SessionTools {
  readonly session: number
  readonly http: Http
  state: unknown
  readonly #ground: SessionGround
  readonly #start: SessionStart
  readonly #lane: OwnLane | null
  #random: Random | undefined
  #headers: StandingHeaders | null = null
  #cookies: CookieJar | null = null
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
    this.#lane = start.persona.connections === 'own' ? start.route.carrier.own() : null
    this.http = new HttpVerbs(this)
  }

  get random(): Random {
    return (this.#random ??= randomStream(this.#ground.seed, this.session))
  }

  get cookies(): Cookies {
    return (this.#cookies ??= new CookieJar(this.#ground.now))
  }

  /** How many actions it made. */
  get actions(): number {
    return this.#actions
  }

  /** Lives. Resolves when the persona has ended, however it did. */
  async live(): Promise<void> {
    const { samples } = this.#ground
    const { name, due } = this.#start
    samples.sessions.hasStarted()
    try {
      await this.#play()
      samples.sessions.hasEnded(this.#ground.now() - due)
    } catch (thrown) {
      samples.sessions.wasCutShort(personaError(name, thrown))
    }
    this.settle()
    this.#isOver = true
    this.#lane?.release()
  }

  /** `start`, `live`, `end`. An error in `live` is told, whatever `end` does. */
  async #play(): Promise<void> {
    const { persona } = this.#start
    if (persona.start !== undefined) this.state = await persona.start(this)
    try {
      await persona.live(this)
    } catch (thrown) {
      await persona.end?.(this).catch(() => {})
      throw thrown
    }
    await persona.end?.(this)
  }

  // Personas take these out of the tools by name, so they are bound.
  readonly think = ({ from, to }: { from: Milliseconds; to: Milliseconds }): Promise<void> => {
    if (!(from >= 0 && to >= from && Number.isFinite(to))) {
      throw new TypeError(`think: expected times with 0 ≤ from ≤ to, found ${from} to ${to}`)
    }
    this.settle()
    this.#nextDue += this.random.between({ from, to }) * this.#ground.pauses
    const due = this.#nextDue
    return new Promise((resolve) => {
      if (!this.#ground.isClosed) this.#ground.queue.add({ due, wake: resolve })
    })
  }

  readonly phase = (): string | undefined => this.#ground.phase

  readonly check = (text: string, holds: boolean): void => {
    if (holds) return
    if (this.#open === null) {
      throw new Error(
        `check ${JSON.stringify(text)} has no answer to speak of: claim before the next think or action`,
      )
    }
    this.#open.refute(text)
  }

  readonly given = <Given>(setup: Setup<Given>): Given => {
    const { given } = this.#ground
    if (given.has(setup)) return given.get(setup) as Given
    throw new TypeError(
      `given: ${JSON.stringify(setup.what)} was not made: list it in the workload's setup`,
    )
  }

  readonly own = <Row>(rows: readonly Row[]): Row => {
    const { place, first_session } = this.#start
    if (place >= rows.length) {
      throw new RangeError(
        `own: expected a row for session ${place + 1} of this stretch, found ${rows.length} rows`,
      )
    }
    // Stretches begin at different rows: sessions of the one before may still live.
    const begin = randomStream(this.#ground.seed, first_session, 5).integer({
      from: 0,
      to: rows.length - 1,
    })
    return rows[(begin + place) % rows.length] as Row
  }

  always(headers: Readonly<Record<string, string | undefined>>): void {
    this.#headers = this.#start.route.writer.standing(headers, this.#headers)
  }

  setsCookies(head: string): void {
    this.#cookies ??= new CookieJar(this.#ground.now)
    this.#cookies.keep(head)
  }

  perform(method: Method, path: string, options: ActionOptions | undefined): Promise<Answer> {
    return new Promise((resolve) => {
      const ground = this.#ground
      if (ground.isClosed) return
      const kind = ground.kinds.kindOf(method, path)
      const { carrier, writer } = this.#start.route
      const standing = { headers: this.#headers, cookies: this.#cookies }
      const request = writer.write(method, kind.path, options, standing)
      this.settle()
      const sent = ground.now()
      const due = Math.min(this.#nextDue, sent)
      const action = new Action({ kind, options, request, due, sent, resolve }, this)
      ground.samples.isDue(kind.index, due)
      ground.underWay += 1
      this.#actions += 1
      if (action.ledger !== undefined) ground.ledger.intent(action.ledger)
      const lane = this.#lane ?? carrier
      lane.send(action)
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
