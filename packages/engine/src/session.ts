// One session: a persona living once. It holds when the next action is due: at the arrival, then when the
// previous action ended plus the time that the user thinks.

import {
  randomStream,
  type ActionOptions,
  type Answer,
  type Cookies,
  type Http,
  type LedgerEntry,
  type Method,
  type Milliseconds,
  type Persona,
  type Random,
  type Rpc,
  type SessionTools,
  type Setup,
  type Streams,
} from '@plimsoll/workload'
import { Action, type ActionOwner } from './action.ts'
import type { ActionKinds } from './action-kinds.ts'
import type { CallTransport } from './call-transport.ts'
import { CookieJar } from './cookie-jar.ts'
import type { DueQueue } from './due-queue.ts'
import type { Carrier, OwnLane } from './exchange.ts'
import { HttpVerbs, type Performer } from './http-verbs.ts'
import type { Ledger } from './ledger-file.ts'
import { MeasuredAction, type MeasuredOwner, type Promised } from './measured-action.ts'
import { personaError, type PersonaError } from './persona-error.ts'
import type { Following, RequestWriter, StandingHeaders } from './request-text.ts'
import type { CountedAction, Samples } from './samples.ts'
import { SessionCalls, type CallGround } from './session-calls.ts'
import { SessionStreams, type StreamGround } from './session-streams.ts'
import type { StreamWires } from './stream-wires.ts'
import type { WaitingRoom } from './waiting-room.ts'
import type { EndedSession } from './stretch.ts'

/** What all sessions stand on. */
export interface SessionGround {
  readonly seed: number
  readonly now: () => number
  readonly queue: DueQueue
  readonly samples: Samples
  readonly kinds: ActionKinds
  readonly ledger: Ledger
  readonly waitingRoom: WaitingRoom
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
  readonly wires: StreamWires
  readonly calls: CallTransport
  /** How many redirects an action follows. */
  readonly redirects: number
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

export class Session implements ActionOwner, MeasuredOwner, Performer, SessionTools, EndedSession {
  readonly session: number
  readonly place: number
  readonly first_session: number
  readonly http: Http
  state: unknown
  readonly #ground: SessionGround
  readonly #start: SessionStart
  readonly #lane: OwnLane | null
  #random: Random | undefined
  #headers: StandingHeaders | null = null
  #cookies: CookieJar | null = null
  #streams: SessionStreams | null = null
  #calls: SessionCalls | null = null
  #nextDue: number
  /** When the round that it paces began. */
  #paced: number
  /** The last action that ended; a claim may still turn its outcome. */
  #open: CountedAction | null = null
  #actions = 0
  #isOver = false

  constructor(start: SessionStart, ground: SessionGround) {
    this.#ground = ground
    this.#start = start
    this.session = start.session
    this.place = start.place
    this.first_session = start.first_session
    this.#nextDue = start.due
    this.#paced = start.due
    this.#lane = start.persona.connections === 'own' ? start.route.carrier.own() : null
    this.http = new HttpVerbs(this)
  }

  get random(): Random {
    return (this.#random ??= randomStream(this.#ground.seed, this.session))
  }

  get streams(): Streams {
    return (this.#streams ??= this.#newStreams())
  }

  get rpc(): Rpc {
    return (this.#calls ??= this.#newCalls())
  }

  get cookies(): Cookies {
    return (this.#cookies ??= new CookieJar(this.#ground.now))
  }

  /** How many actions it made. */
  get actions(): number {
    return this.#actions
  }

  /** Lives. Resolves when the persona has ended: with the error that cut it short, else null. */
  async live(): Promise<PersonaError | null> {
    let error: PersonaError | null = null
    const { samples } = this.#ground
    const { name, due } = this.#start
    samples.sessions.hasStarted()
    try {
      await this.#play()
      samples.sessions.hasEnded(this.#ground.now() - due)
    } catch (thrown) {
      error = personaError(name, thrown)
      samples.sessions.wasCutShort(error)
    }
    this.settle()
    this.#isOver = true
    this.#lane?.release()
    this.#streams?.close()
    this.#calls?.close()
    return error
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
    return this.#wait(this.#nextDue + this.random.between({ from, to }) * this.#ground.pauses)
  }

  readonly pace = ({ every }: { every: Milliseconds }): Promise<void> => {
    if (!(every >= 0 && Number.isFinite(every))) {
      throw new TypeError(`pace: expected a time of 0 or more, found ${every}`)
    }
    // Late for its own pace, a user goes on at once and keeps time from there.
    this.#paced = Math.max(this.#paced + every * this.#ground.pauses, this.#nextDue)
    return this.#wait(this.#paced)
  }

  /** The next action is due at `due`. */
  #wait(due: number): Promise<void> {
    this.settle()
    this.#nextDue = due
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
    const { place, first_session } = this
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

  readonly turn = <Row>(rows: readonly Row[]): Row => {
    if (rows.length === 0) throw new RangeError('turn: expected rows, found none')
    return rows[this.#start.place % rows.length] as Row
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
      const { carrier, writer, redirects } = this.#start.route
      const standing =
        this.#headers === null && this.#cookies === null
          ? undefined
          : { headers: this.#headers, cookies: this.#cookies }
      const request = writer.write(method, kind.path, options, standing)
      this.settle()
      const sent = ground.now()
      const due = Math.min(this.#nextDue, sent)
      const action = new Action({ kind, options, request, due, sent, resolve, redirects }, this)
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
    if (action.ledger !== undefined) {
      const { outcome, status } = action
      this.#ground.ledger.outcome(action.ledger, { outcome, status, body })
    }
    this.#ended(action, done)
  }

  #ended(action: CountedAction, done: number): void {
    this.#ground.underWay -= 1
    this.#nextDue = Math.max(this.#nextDue, done)
    this.settle()
    this.#open = action
    if (this.#isOver) this.settle()
  }

  /** An action that is not one HTTP request begins. Null: the run has ended. */
  readonly #begin: StreamGround['begin'] & CallGround['begin'] = (
    name: string,
    { timeout, ledger }: { timeout?: number | undefined; ledger?: LedgerEntry | undefined },
    giveUp: (action: MeasuredAction, reason: string) => void,
  ): MeasuredAction | null => {
    const ground = this.#ground
    if (ground.isClosed) return null
    this.settle()
    const kind = { name, index: ground.samples.indexOf(name) }
    const sent = ground.now()
    const due = Math.min(this.#nextDue, sent)
    const action = new MeasuredAction({ kind, due, sent, timeout, ledger }, this, giveUp)
    ground.samples.isDue(kind.index, due)
    ground.underWay += 1
    this.#actions += 1
    if (ledger !== undefined) ground.ledger.intent(ledger)
    ground.waitingRoom.add(action)
    return action
  }

  #newStreams(): SessionStreams {
    const { kinds } = this.#ground
    const { wires, writer } = this.#start.route
    return new SessionStreams({
      wires,
      begin: this.#begin,
      requestFor: (path, options) => {
        const standing = { headers: this.#headers, cookies: this.#cookies }
        const template = kinds.pathOf(path)
        return { name: template.name, request: writer.write('GET', template, options, standing) }
      },
      setsCookies: (head) => this.setsCookies(head),
    })
  }

  #newCalls(): SessionCalls {
    const ground: CallGround = {
      transport: this.#start.route.calls,
      begin: this.#begin,
      standing: () => this.#headers?.given ?? {},
      now: this.#ground.now,
    }
    return new SessionCalls(ground, { isOwn: this.#lane !== null })
  }

  measuredEnded(action: MeasuredAction, done: number, { status, body }: Promised): void {
    const ground = this.#ground
    ground.waitingRoom.remove(action)
    if (action.ledger !== undefined) {
      ground.ledger.outcome(action.ledger, { outcome: action.outcome, status, body })
    }
    this.#ended(action, done)
  }

  follow(action: Action, answer: { status: number; head: string }): Following {
    const { method, request, options } = action
    const standing = { headers: this.#headers, cookies: this.#cookies }
    return this.#start.route.writer.follow({ method, request, ...answer }, options, standing)
  }

  goOn(action: Action): void {
    const lane = this.#lane ?? this.#start.route.carrier
    lane.send(action)
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
