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
import { httpRoute } from './http-route.ts'
import { noLedger, type Ledger } from './ledger-file.ts'
import { loadSecond, type LoadClock } from './load-clock.ts'
import type { PlayedStretch, Shard, Steer, StretchRequest } from './messages.ts'
import { PersonaTally } from './persona-tally.ts'
import { Samples } from './samples.ts'
import { Session, type Route, type SessionGround } from './session.ts'
import { makeSetups } from './setup-maker.ts'
import { playStretch, shareOf, type Stretch } from './stretch.ts'
import { parseTarget, type Target } from './target.ts'
import { travelOf } from './travel.ts'
import { WaitingRoom } from './waiting-room.ts'

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
  /** Which part of the sessions it plays. Default: all. */
  readonly shard?: Shard
  readonly sleep?: Sleep
  /** For what is due, one sleep at a time. Default: `sleep`. */
  readonly fineSleep?: Sleep
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
  readonly #shard: Shard
  readonly #sessionsAtMost: number
  readonly #sessions = new Set<Session>()
  readonly #personas = new PersonaTally()
  #stretch: Stretch | null = null
  #steer: Steer | null = null

  /** Throws `target-unusable` or `certificate-unusable`. */
  constructor(options: LoadGeneratorOptions) {
    const { clock, emit, health, seed, sleep = timerSleep, fineSleep = sleep } = options
    const now = clock.now
    this.#options = options
    this.#shard = options.shard ?? { index: 0, of: 1 }
    this.#sessionsAtMost = shareOf(this.#shard, options.workload.maxSessions)
    this.samples = new Samples({ clock, emit, health })
    this.#ground = {
      seed,
      now,
      queue: new DueQueue({ now, sleep: fineSleep }),
      samples: this.samples,
      kinds: new ActionKinds((name) => this.samples.indexOf(name)),
      ledger: options.ledger ?? noLedger,
      waitingRoom: new WaitingRoom(),
      pauses: options.pauses ?? 1,
      given: new Map(),
      phase: undefined,
      underWay: 0,
      isClosed: false,
    }
    const travel = travelOf(options.workload.client)
    const routeTo = options.routeTo ?? ((target) => httpRoute(target, { now, travel }))
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

  /** What the setups made, in their order. */
  get given(): readonly unknown[] {
    return this.#options.workload.setup.map((setup) => this.#ground.given.get(setup))
  }

  /** What they made in another process. */
  set given(made: readonly unknown[]) {
    const { setup } = this.#options.workload
    this.#ground.given = new Map(setup.map((one, index) => [one, made[index]]))
  }

  /**
   * Plays one stretch; resolves when its last arrival was due or it was stopped. One at a time. Throws
   * `persona-always-throws`, early.
   */
  async play(request: StretchRequest): Promise<PlayedStretch> {
    if (this.#stretch !== null) throw new Error('a stretch is being played already')
    const { clock, workload, seed } = this.#options
    const { shape, mix } = stretchOf(workload, request)
    for (const { carrier } of this.#routes) if (carrier.ready !== undefined) await carrier.ready()
    this.#ground.phase = request.from === 'phase' ? request.phase : undefined
    const beginsAt = Math.max(clock.beganAt + request.second * 1_000, clock.now())
    const { first_session } = request
    const shard = this.#shard
    let next = shard.index
    let last = -1
    const stretch = playStretch({
      shape,
      seed,
      shard,
      first_session,
      beginsAt,
      now: clock.now,
      queue: this.#ground.queue,
      arrive: (due, place = next) => {
        next = place + shard.of
        last = Math.max(last, place)
        return this.#arrive({ session: first_session + place, first_session, mix, due })
      },
      alive: () => this.alive,
    })
    this.#stretch = stretch
    if (this.#steer !== null) stretch.steer(this.#steer)
    const endedAt = await stretch.ended
    this.#stretch = null
    this.samples.flush()
    this.#personas.require()
    return {
      from_second: loadSecond(clock, beginsAt),
      to_second: loadSecond(clock, endedAt),
      next_session: first_session + last + 1,
    }
  }

  /** Throws `persona-always-throws` when a persona threw in every one of its sessions. */
  requirePersonas(): void {
    this.#personas.require({ sessions: 1 })
  }

  /** Ends the stretch being played at once. */
  stop(): void {
    this.#stretch?.stop()
  }

  /** Steers the stretch being played and those to come. */
  steer(steer: Steer): void {
    if (!(steer.level > 0 && Number.isFinite(steer.level))) {
      throw new RangeError(`expected a level above 0, found ${steer.level}`)
    }
    this.#steer = steer
    this.#stretch?.steer(steer)
  }

  /** Lets one session of a persona live, due now; resolves when it has ended. */
  async playOne({ name, number }: { name: string; number: number }): Promise<void> {
    const persona = this.#options.workload.personas[name]
    const [route] = this.#routes
    if (persona === undefined || route === undefined) throw new RangeError(`no persona ${name}`)
    await route.carrier.ready?.()
    const due = this.#options.clock.now()
    const place = { session: number, place: 0, first_session: number }
    await new Session({ persona, name, ...place, due, route }, this.#ground).live()
  }

  /** Times out and tidies up: to be called about forty times a second. */
  sweep(): void {
    const now = this.#options.clock.now()
    for (const { carrier } of this.#routes) carrier.sweep(now)
    this.#ground.waitingRoom.sweep(now)
  }

  /** Ends everything now: what is under way is unknown, sessions that think never wake. */
  close(): void {
    this.#ground.isClosed = true
    this.stop()
    this.#ground.queue.clear()
    for (const { carrier, wires, calls } of this.#routes) {
      carrier.close()
      wires.close()
      calls.close()
    }
    this.#ground.waitingRoom.close()
    for (const session of this.#sessions) session.settle()
    this.samples.flush()
  }

  #arrive({ session, first_session, mix, due }: Arrival): boolean {
    const { workload, seed } = this.#options
    const name = personaOf(mix, { seed, session })
    if (this.#sessions.size >= this.#sessionsAtMost) {
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
    void this.#live(started, name)
    return true
  }

  async #live(session: Session, persona: string): Promise<void> {
    const error = await session.live()
    this.#sessions.delete(session)
    if (error === null) this.#personas.hasEnded(persona)
    else if (this.#personas.wasCutShort(persona, error)) this.#stretch?.stop()
    this.#stretch?.sessionEnded(session)
  }

  /** An arrival without a session counts as one action, named after its persona. */
  #drop(persona: string, due: number): void {
    const name = `(arrival) ${persona}`
    const action = this.samples.indexOf(name)
    this.samples.sessions.wasDropped()
    this.samples.isDue(action, due)
    this.samples.hasEnded({
      action,
      due,
      outcome: 'dropped',
      lateness: 0,
      service: 0,
      timings: null,
    })
    this.samples.hasReason(name, 'dropped', 'no session free')
  }
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
