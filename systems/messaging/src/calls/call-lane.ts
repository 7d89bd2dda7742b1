// Requests of one kind on their way to the stores. Those that arrive while calls are under way share the next one; a
// free store is called at once, that is at the end of this turn of the event loop. What may be sent twice without
// harm is, when a call fails and the budget allows it; of the rest nobody knows whether it happened.

import { Bag, Problem, unavailable, type Kept } from '@plimsoll/service'

import { CallFailure, type CallFailureKind } from './call-failure.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Roster, Store } from './roster.ts'

/** What a store said about one request of a call. */
export type Told<Answer> =
  | { readonly answer: Answer }
  /** Nobody knows whether it happened, though the store answered. */
  | { readonly unknown: string }
  /** It surely did not happen: the store has no database. Another one may have. */
  | { readonly elsewhere: string }
  | { readonly problem: Problem }

export interface CallLaneOptions<Client, Request, Answer> {
  readonly name: string
  readonly roster: Roster<Client>
  readonly budget: RetryBudget
  /** Sends them in one call and resolves to one answer each. Rejects with `CallFailure`. */
  readonly call: (client: Client, requests: readonly Request[]) => Promise<readonly Told<Answer>[]>
  /** What a request adds to a call or to its answer. */
  readonly bytes: (request: Request) => number
  /** Most of them in one call; 1 MiB unless set. */
  readonly bytesPerCall?: number
  /** Whether sending it twice is harmless. */
  readonly isRepeatable: (request: Request) => boolean
  /** Calls to one store at one time. */
  readonly callsPerStore: number
  readonly queueLimit: number
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/** Who waits for the answer to a request. */
export interface Caller {
  /** When there must be one, repeats included, in monotonic milliseconds. */
  readonly expires: number
  /** Where it is to go; destroyed when the client has left. */
  readonly response: { readonly destroyed: boolean }
}

interface Waiting<Request, Answer> {
  readonly request: Request
  readonly bytes: number
  readonly caller: Caller
  /** An earlier attempt ended so that nobody knows: from then on nothing says that it surely did not happen. */
  mayHaveHappened: boolean
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: Error) => void
}

/** The requests of a call under way. */
interface Batch<Request, Answer> extends Kept {
  readonly waiting: readonly Waiting<Request, Answer>[]
}

/** Counts since the start. */
export interface LaneFigures {
  requests: number
  calls: number
  repeats: number
  failures: number
}

const requestsPerCall = 256
/** With more calls under way than one store takes, so many must wait for another one. */
const worthACall = 32
const usualBytesPerCall = 1_048_576

/** One kind of request. Dispose of it to refuse what is waiting. */
export class CallLane<Client, Request, Answer> implements Disposable {
  readonly #options: CallLaneOptions<Client, Request, Answer>
  readonly #sweep: NodeJS.Timeout
  readonly #underWay = new Map<Store<Client>, number>()
  readonly #batches = new Bag<Batch<Request, Answer>>()
  #waiting: Waiting<Request, Answer>[] = []
  #calls = 0
  #isArmed = false
  #looked = -Infinity
  #lastCallTook = 0
  readonly figures: LaneFigures = { requests: 0, calls: 0, repeats: 0, failures: 0 }

  constructor(options: CallLaneOptions<Client, Request, Answer>) {
    this.#options = options
    // Ends what takes too long, and looks whether an ejected store may be tried again.
    this.#sweep = setInterval(() => this.#look(), 50).unref()
  }

  get name(): string {
    return this.#options.name
  }

  /** Requests that wait for a call. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Resolves to the answer. Rejects with a `Problem`: 503 surely not happened, 504 unknown, or the store's own. */
  submit(request: Request, caller: Caller): Promise<Answer> {
    const { queueLimit, budget, bytes } = this.#options
    if (this.#waiting.length >= queueLimit) {
      return Promise.reject(unavailable('Too many requests are waiting.'))
    }
    budget.earn()
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        request,
        bytes: bytes(request),
        caller,
        mayHaveHappened: false,
        resolve,
        reject,
      })
      this.#arm()
    })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep)
    for (const each of this.#waiting.splice(0)) refuse(each, 'The service is stopping.')
  }

  #look(): void {
    const now = this.#options.now()
    for (const each of [...this.#batches].flatMap(({ waiting }) => waiting)) {
      const { expires } = each.caller
      // The call goes on: what comes of it is for nobody any more.
      if (expires <= now && expires > this.#looked) each.reject(unknownEnd())
    }
    this.#looked = now
    if (this.#waiting.length === 0) return
    const late = this.#waiting.filter((each) => this.#isLate(each, now))
    if (late.length > 0) {
      this.#waiting = this.#waiting.filter((each) => !this.#isLate(each, now))
      for (const each of late) refuse(each, 'No store could take it in time.')
    }
    this.#arm()
  }

  /** What would not end in time does not begin; what may have happened is asked about to the end. */
  #isLate({ caller, mayHaveHappened }: Waiting<Request, Answer>, now: number): boolean {
    return now >= caller.expires - (mayHaveHappened ? 0 : this.#lastCallTook)
  }

  /** What arrives in one turn of the event loop goes together. */
  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    setImmediate(() => {
      this.#isArmed = false
      this.#pump()
    })
  }

  #pump(): void {
    const { roster, callsPerStore } = this.#options
    while (this.#waiting.length > 0) {
      // More stores are no reason for smaller calls: those cost the edge as much as large ones. It is one more than
      // a store takes, so that one which hangs cannot hold them all.
      if (this.#calls > callsPerStore && this.#waiting.length < worthACall) return
      const store = roster.pick((each) => (this.#underWay.get(each) ?? 0) < callsPerStore)
      if (store === undefined) return
      const batch = this.#take()
      if (batch.length > 0) void this.#send(store, batch)
    }
  }

  /** The first that fit into one call, at least one, if anybody still waits: nothing is begun for those who have left. */
  #take(): Waiting<Request, Answer>[] {
    const { bytesPerCall = usualBytesPerCall } = this.#options
    const batch: Waiting<Request, Answer>[] = []
    let bytes = 0
    let seen = 0
    for (const each of this.#waiting) {
      if (each.caller.response.destroyed) refuse(each, 'The client has left.')
      else {
        bytes += each.bytes
        if (batch.length > 0 && (bytes > bytesPerCall || batch.length === requestsPerCall)) break
        batch.push(each)
      }
      seen++
    }
    this.#waiting.splice(0, seen)
    return batch
  }

  /** Never rejects. */
  async #send(store: Store<Client>, batch: Waiting<Request, Answer>[]): Promise<void> {
    const { roster, call, now } = this.#options
    const began = now()
    this.figures.requests += batch.length
    this.figures.calls++
    store.outstanding++
    this.#calls++
    this.#underWay.set(store, (this.#underWay.get(store) ?? 0) + 1)
    const underWay: Batch<Request, Answer> = { waiting: batch }
    this.#batches.add(underWay)
    try {
      const told = await call(
        store.client,
        batch.map(({ request }) => request),
      )
      // It answers fast, and would have every call if that counted as success.
      if (told.some((each) => 'elsewhere' in each)) roster.failed(store)
      else roster.succeeded(store)
      this.#repeat(batch.filter((each, i) => !this.#tell(each, told[i])))
    } catch (error) {
      this.figures.failures++
      const kind = error instanceof CallFailure ? error.kind : 'lost'
      if (kind === 'answered') roster.succeeded(store)
      else roster.failed(store)
      this.#repeat(batch.filter((each) => !this.#fail(each, kind)))
    } finally {
      this.#lastCallTook = now() - began
      this.#batches.delete(underWay)
      store.outstanding--
      this.#calls--
      const left = (this.#underWay.get(store) ?? 1) - 1
      if (left === 0) this.#underWay.delete(store)
      else this.#underWay.set(store, left)
      this.#arm()
    }
  }

  /** True when the request has ended; false when it is to be sent again. */
  #tell(waiting: Waiting<Request, Answer>, told: Told<Answer> | undefined): boolean {
    if (told !== undefined && 'answer' in told) waiting.resolve(told.answer)
    else if (told !== undefined && 'problem' in told) {
      // Only a request that is wrong in itself was refused before, too.
      const isOpen = waiting.mayHaveHappened && told.problem.status >= 500
      waiting.reject(isOpen ? unknownEnd() : told.problem)
    } else
      return this.#fail(waiting, told !== undefined && 'elsewhere' in told ? 'notSent' : 'lost')
    return true
  }

  /** The same. It is sent again where that is harmless, the budget allows it and there is time. */
  #fail(waiting: Waiting<Request, Answer>, kind: CallFailureKind): boolean {
    const { isRepeatable, budget, now } = this.#options
    if (kind !== 'notSent') waiting.mayHaveHappened = true
    // What was answered would be answered so again.
    const mayRepeat = kind === 'notSent' || (kind === 'lost' && isRepeatable(waiting.request))
    if (mayRepeat && !this.#isLate(waiting, now()) && budget.spend()) return false
    refuse(waiting, 'No store can do it now.')
    return true
  }

  /** In their order, before all others. */
  #repeat(again: readonly Waiting<Request, Answer>[]): void {
    this.figures.repeats += again.length
    this.#waiting.unshift(...again)
  }
}

/** 503 where it surely did not happen, 504 where it may have. */
function refuse(
  { mayHaveHappened, reject }: { mayHaveHappened: boolean; reject: (reason: Error) => void },
  detail: string,
): void {
  reject(mayHaveHappened ? unknownEnd() : unavailable(detail))
}

function unknownEnd(): Problem {
  return new Problem({
    status: 504,
    title: 'Outcome unknown',
    detail:
      'No store answered in time: it may have happened or not. ' +
      'Send it again with the same client_id: the message is stored once.',
    retryAfterSeconds: 1,
  })
}
