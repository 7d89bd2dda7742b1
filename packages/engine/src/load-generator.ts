// Makes a workload happen, inside one process: arrivals become sessions, sessions make actions, and what
// happened leaves in batches. The process around it is engine-process.ts.

import {
  hold,
  ms,
  perSecond,
  personaOf,
  type Mix,
  type Persona,
  type Shape,
  type Workload,
} from '@plimsoll/workload'
import type { EngineHealth, SampleBatch } from '@plimsoll/record'
import { ActionKinds } from './action-kinds.ts'
import { DueQueue, timerSleep, type Sleep } from './due-queue.ts'
import { HttpClient } from './http-client.ts'
import { noLedger, type Ledger } from './ledger-file.ts'
import { loadSecond, type LoadClock } from './load-clock.ts'
import type { PlayedStretch, StretchRequest } from './messages.ts'
import { requestWriter } from './request-text.ts'
import { Samples } from './samples.ts'
import { Session, type Route, type SessionGround } from './session.ts'
import { makeSetups } from './setup-maker.ts'
import { playStretch, type Stretch } from './stretch.ts'
import { parseTarget, type Target } from './target.ts'

export interface LoadGeneratorOptions {
  readonly workload: Workload
  /** Base URLs; sessions take them in turn. */
  readonly targets: readonly string[]
  readonly seed: number
  readonly clock: LoadClock
  readonly emit: (batch: SampleBatch) => void
  readonly health: () => EngineHealth
  readonly ledger?: Ledger
  /** How much of each pause is played, above 0 to 1. Default 1. */
  readonly pauses?: number
  readonly sleep?: Sleep
  readonly routeTo?: (target: Target) => Route
}

interface Arrival {
  readonly session: number
  readonly first_session: number
  readonly mix: Mix
  readonly due: number
}

export class LoadGenerator {
  readonly samples: Samples
  readonly #options: LoadGeneratorOptions
  readonly #ground: SessionGround
  readonly #routes: readonly Route[]
  readonly #sessions = new Set<Session>()
  #stretch: Stretch | null = null

  /** Throws `target-unusable`. */
  constructor(options: LoadGeneratorOptions) {
    const { clock, emit, health, seed, sleep = timerSleep } = options
    const now = clock.now
    this.#options = options
    this.samples = new Samples({ clock, emit, health })
    this.#ground = {
      seed,
      now,
      queue: new DueQueue({ now, sleep }),
      samples: this.samples,
      kinds: new ActionKinds((name) => this.samples.indexOf(name)),
      ledger: options.ledger ?? noLedger,
      pauses: options.pauses ?? 1,
      given: new Map(),
      phase: undefined,
      underWay: 0,
      isClosed: false,
    }
    const routeTo = options.routeTo ?? ((target) => httpRoute(target, now))
    this.#routes = options.targets.map((url) => routeTo(parseTarget(url)))
  }

  /** Actions sent and not ended. */
  get underWay(): number {
    return this.#ground.underWay
  }

  /** Sessions that live now. */
  get alive(): number {
    return this.#sessions.size
  }

  /** Makes what the workload's setups make, before the first stretch. Throws `setup-failed` or `setup-threw`. */
  async setUp(): Promise<void> {
    const { workload, seed, clock, sleep = timerSleep } = this.#options
    const [route] = this.#routes
    if (route === undefined) return
    const ground = { seed, now: clock.now, sleep, route }
    this.#ground.given = await makeSetups(workload.setup, ground)
  }

  /** Plays one stretch; resolves when its last arrival was due or it was stopped. One at a time. */
  async play(request: StretchRequest): Promise<PlayedStretch> {
    if (this.#stretch !== null) throw new Error('a stretch is being played already')
    const { clock, workload, seed } = this.#options
    const { shape, mix } = stretchOf(workload, request)
    this.#ground.phase = request.from === 'phase' ? request.phase : undefined
    const beginsAt = Math.max(clock.beganAt + request.second * 1_000, clock.now())
    const { first_session } = request
    let session = first_session
    const stretch = playStretch({
      shape,
      seed,
      first_session,
      beginsAt,
      now: clock.now,
      queue: this.#ground.queue,
      arrive: (due) => this.#arrive({ session: session++, first_session, mix, due }),
      alive: () => this.alive,
    })
    this.#stretch = stretch
    const endedAt = await stretch.ended
    this.#stretch = null
    this.samples.flush()
    return {
      from_second: loadSecond(clock, beginsAt),
      to_second: loadSecond(clock, endedAt),
      next_session: session,
    }
  }

  /** Ends the stretch being played at once. */
  stop(): void {
    this.#stretch?.stop()
  }

  /** Times out and tidies up: to be called about forty times a second. */
  sweep(): void {
    const now = this.#options.clock.now()
    for (const { carrier } of this.#routes) carrier.sweep(now)
  }

  /** Ends everything now: what is under way is unknown, sessions that think never wake. */
  close(): void {
    this.#ground.isClosed = true
    this.stop()
    this.#ground.queue.clear()
    for (const { carrier } of this.#routes) carrier.close()
    for (const session of this.#sessions) session.settle()
    this.samples.flush()
  }

  #arrive({ session, first_session, mix, due }: Arrival): boolean {
    const { workload, seed } = this.#options
    const name = personaOf(mix, { seed, session })
    if (this.#sessions.size >= workload.maxSessions) {
      this.#drop(name, due)
      return false
    }
    const persona = workload.personas[name] as Persona
    const route = this.#routes[session % this.#routes.length] as Route
    const started = new Session(
      { persona, name, session, place: session - first_session, first_session, due, route },
      this.#ground,
    )
    this.#sessions.add(started)
    void this.#live(started)
    return true
  }

  async #live(session: Session): Promise<void> {
    await session.live()
    this.#sessions.delete(session)
    this.#stretch?.sessionEnded(session.actions)
  }

  /** An arrival without a session counts as one action, named after its persona. */
  #drop(persona: string, due: number): void {
    const name = `(arrival) ${persona}`
    const action = this.samples.indexOf(name)
    this.samples.sessions.wasDropped()
    this.samples.isDue(action, due)
    this.samples.hasEnded({ action, due, outcome: 'dropped', lateness: 0, service: 0 })
    this.samples.hasReason(name, 'dropped', 'no session free')
  }
}

function httpRoute(target: Target, now: () => number): Route {
  return { writer: requestWriter(target), carrier: new HttpClient(target, { now }) }
}

function stretchOf(workload: Workload, request: StretchRequest): { shape: Shape; mix: Mix } {
  const name = request.from === 'phase' ? request.phase : request.mixOf
  const phase = workload.phases[name]
  if (phase === undefined) throw new RangeError(`the workload has no phase ${JSON.stringify(name)}`)
  const mix = phase.mix ?? workload.mix
  if (request.from === 'phase') {
    const { level, duration } = request
    return { shape: phase.shape.scaled({ level, duration }), mix }
  }
  const { sessions_per_second, lasts_ms } = request
  const { spacing } = phase.shape
  return { shape: hold({ at: perSecond(sessions_per_second), for: ms(lasts_ms), spacing }), mix }
}
