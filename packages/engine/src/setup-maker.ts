// Makes what a workload's setups make, before a run: over the same client as the load, bounded in time, counted
// nowhere. Unlike a session it believes nothing: the first action that does not end ok ends the run.

import {
  PlimsollError,
  randomStream,
  type ActionOptions,
  type Answer,
  type Method,
  type Setup,
  type SetupTools,
  type SetupVisitor,
} from '@plimsoll/workload'
import { Action, type ActionOwner } from './action.ts'
import { ActionKinds } from './action-kinds.ts'
import { CookieJar } from './cookie-jar.ts'
import type { Sleep } from './due-queue.ts'
import { HttpVerbs, type Performer } from './http-verbs.ts'
import { personaError } from './persona-error.ts'
import type { Following, StandingHeaders } from './request-text.ts'
import type { Route } from './session.ts'

/** What setups stand on. */
export interface SetupGround {
  readonly seed: number
  readonly now: () => number
  readonly sleep: Sleep
  readonly route: Route
}

const mostAtOnce = 1_000

/** One after the other. Throws `setup-failed` or `setup-threw`, naming the setup and what went wrong in it. */
export async function makeSetups(
  setups: readonly Setup[],
  ground: SetupGround,
): Promise<Map<Setup, unknown>> {
  const made = new Map<Setup, unknown>()
  for (const [index, setup] of setups.entries()) {
    made.set(setup, await new SetupMaker(setup, index, ground).make())
  }
  return made
}

/** An action of a setup that did not end ok. */
class NotOk extends Error {}

class SetupMaker {
  readonly #setup: Setup
  readonly #index: number
  readonly #ground: SetupGround
  readonly #kinds = new ActionKinds(() => 0)
  #answered = 0
  #isOver = false

  constructor(setup: Setup, index: number, ground: SetupGround) {
    this.#setup = setup
    this.#index = index
    this.#ground = ground
  }

  async make(): Promise<unknown> {
    const { within } = this.#setup
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const text = () =>
      `it was not ready after ${within / 1_000} s (${this.#answered} answers so far)`
    const callOff = this.#ground.sleep(within, () => reject(new NotOk(text())))
    try {
      const tools: SetupTools = { ...this.#visitor(0), each: this.#each }
      return structuredClone(await Promise.race([this.#setup.make(tools), tooLate]))
    } catch (thrown) {
      throw this.#failed(thrown)
    } finally {
      callOff()
      this.#isOver = true
    }
  }

  readonly #each: SetupTools['each'] = async ({ count, atOnce }, visit) => {
    if (!(Number.isInteger(count) && count >= 0)) {
      throw new TypeError(`each: expected a count of 0 or more, found ${count}`)
    }
    if (!(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= mostAtOnce)) {
      throw new TypeError(`each: expected atOnce from 1 to ${mostAtOnce}, found ${atOnce}`)
    }
    const made: Awaited<ReturnType<typeof visit>>[] = Array.from({ length: count })
    let next = 0
    const one = async () => {
      while (next < count && !this.#isOver) {
        const n = next
        next += 1
        made[n] = await visit(this.#visitor(n))
      }
    }
    await Promise.all(Array.from({ length: Math.min(count, atOnce) }, one))
    return made
  }

  #visitor(n: number): SetupVisitor {
    const random = randomStream(this.#ground.seed, n, 4, this.#index)
    const hasAnswer = () => {
      this.#answered += 1
      return !this.#isOver
    }
    return { n, http: new HttpVerbs(new Visitor(this.#ground, this.#kinds, hasAnswer)), random }
  }

  #failed(thrown: unknown): PlimsollError {
    const { what } = this.#setup
    if (!(thrown instanceof NotOk)) {
      return new PlimsollError({
        code: 'setup-threw',
        blame: 'input',
        message: `${couldNot(what)}: ${personaError('its setup', thrown).text}`,
        hint: 'Mend the setup at that line; it returns plain data.',
        cause: thrown,
      })
    }
    return new PlimsollError({
      code: 'setup-failed',
      blame: 'environment',
      message: `${couldNot(what)}: ${thrown.message}`,
      hint: 'Look at the log of the system. A status to be expected goes in the `ok` list of its request; `within` bounds the time.',
      cause: thrown,
    })
  }
}

function couldNot(what: string): string {
  return `What the workload needs before a run could not be made (${what})`
}

/** Performs the requests of one visitor, with cookies and standing headers of its own. */
class Visitor implements Performer, ActionOwner {
  readonly #ground: SetupGround
  readonly #kinds: ActionKinds
  /** Told at each answer; false when nobody waits for it any more. */
  readonly #hasAnswer: () => boolean
  readonly #cookies: CookieJar
  #headers: StandingHeaders | null = null

  constructor(ground: SetupGround, kinds: ActionKinds, hasAnswer: () => boolean) {
    this.#ground = ground
    this.#kinds = kinds
    this.#hasAnswer = hasAnswer
    this.#cookies = new CookieJar(ground.now)
  }

  perform(method: Method, path: string, options: ActionOptions | undefined): Promise<Answer> {
    const { writer, carrier, redirects } = this.#ground.route
    return new Promise((resolve, reject) => {
      const kind = this.#kinds.kindOf(method, path)
      const standing = { headers: this.#headers, cookies: this.#cookies }
      const request = writer.write(method, kind.path, options, standing)
      const now = this.now()
      const ended = (answer: Answer) => {
        if (!this.#hasAnswer()) return
        if (answer.outcome === 'ok') resolve(answer)
        else reject(new NotOk(notOkWords(action, answer)))
      }
      const action = new Action(
        { kind, options, request, due: now, sent: now, resolve: ended, redirects },
        this,
      )
      carrier.send(action)
    })
  }

  always(headers: Readonly<Record<string, string | undefined>>): void {
    this.#headers = this.#ground.route.writer.standing(headers, this.#headers)
  }

  now(): number {
    return this.#ground.now()
  }

  setsCookies(head: string): void {
    this.#cookies.keep(head)
  }

  follow(action: Action, answer: { status: number; head: string }): Following {
    const { method, request, options } = action
    const standing = { headers: this.#headers, cookies: this.#cookies }
    return this.#ground.route.writer.follow({ method, request, ...answer }, options, standing)
  }

  goOn(action: Action): void {
    this.#ground.route.carrier.send(action)
  }

  hasEnded(): void {}

  wasSentAgain(): void {}
}

/** `POST /auth/register was answered 503 {"error":"busy"}`, `GET /x: connection refused`. */
function notOkWords({ kind, reason }: Action, answer: Answer): string {
  if (answer.status === 0) return `${kind.name}: ${reason}`
  const body = answer.text().replaceAll(/\s+/g, ' ').slice(0, 200)
  return `${kind.name} was answered ${answer.status} ${body}`.trimEnd()
}
