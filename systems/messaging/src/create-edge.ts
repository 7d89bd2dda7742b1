// Puts the edge together: HTTP in front, the stores behind, a lane of calls for each kind of request.

import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import {
  addPage,
  counter,
  createHttpService,
  family,
  gauge,
  type HttpApp,
  type Logger,
} from '@plimsoll/service'
import { Type } from 'typebox'

import { callersUnder } from './auth/members.ts'
import { CallFailure } from './calls/call-failure.ts'
import { CallLane, type Caller, type LaneFigures } from './calls/call-lane.ts'
import { RetryBudget } from './calls/retry-budget.ts'
import { Roster, type Store } from './calls/roster.ts'
import { StoreClient, type SentAt } from './calls/store-client.ts'
import type { Part } from './create-store.ts'
import { EtcdClient } from './discovery/etcd-client.ts'
import { StoreList } from './discovery/store-list.ts'
import { NewestPages } from './pull/newest-pages.ts'
import {
  mostTextAtOnce,
  pageBytes,
  pullDistinct,
  type CheckedPage,
  type MessageLines,
} from './pull/page.ts'
import { addPullRoutes } from './pull/pull-routes.ts'
import { addSendRoute } from './send/send-route.ts'
import type { CheckedMessage } from './send/send-store.ts'
import { addressesIn, type EdgeSettings } from './settings.ts'
import { WaitingPulls } from './wait/waiting-pulls.ts'

export interface EdgeOptions {
  readonly settings: EdgeSettings
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Builds the edge; it listens when its `app` is told to. */
export async function createEdge({ settings, log, clock }: EdgeOptions): Promise<Part> {
  const roster = new Roster<StoreClient>({
    open: (url) => new StoreClient({ url, timeout: settings.CALL_TIMEOUT_MS }),
    // By then every call that is under way has ended.
    close: (client) => {
      setTimeout(() => client[Symbol.dispose](), settings.ANSWER_WITHIN_MS).unref()
    },
    now: () => performance.now(),
  })
  const list = followStores(settings, { roster, log })
  const { sends, pulls } = openLanes(settings, roster)
  const newest = new NewestPages((page, caller) => pulls.submit(page, caller))
  const callerOf = (response: ServerResponse): Caller => ({
    expires: performance.now() + settings.ANSWER_WITHIN_MS,
    response,
  })
  const waiting = new WaitingPulls({
    newest: (chats) => newestOfAny(roster, chats),
    every_ms: settings.NEWEST_EVERY_MS,
    most: settings.WAITING_LIMIT,
  })
  let draining = false
  const service = await createHttpService({
    title: 'Messaging',
    version: '0.1.0',
    settings,
    log,
    hasBearerTokens: settings.AUTH === 'jwt',
    alivePaths: ['/ping'],
    isReady: async () => !draining && (await isAnswered(roster)),
  })
  const { app } = service
  service.metrics.add(() => edgeMetrics({ roster, list, lanes: [sends, pulls], waiting, newest }))
  // Public clients put a JSON body on a GET.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  addPing(app)
  const callers = callersUnder(settings, clock)
  if (settings.AUTH === 'none') {
    log.warn('AUTH is none: whoever can call may send as anybody and read every chat')
    // The page has nobody log in.
    addPage(app, { folder: pageFolder })
  }
  await addSendRoute(app, {
    send: (message, response) => sends.submit(message, callerOf(response)),
    callers,
    onSent: (chat, send_time) => waiting.notice(chat, send_time),
  })
  await addPullRoutes(app, {
    pull: (page, response) => newest.pull(page, callerOf(response)),
    callers,
    waiting,
    wait_ms_max: settings.WAIT_MS_MAX,
  })
  return {
    service,
    drain: async () => {
      draining = true
      waiting.release()
    },
    close: async () => {
      await list?.[Symbol.asyncDispose]()
      waiting[Symbol.dispose]()
      sends[Symbol.dispose]()
      pulls[Symbol.dispose]()
      for (const { client } of roster.stores) client[Symbol.dispose]()
    },
  }
}

/** The static list; or that of etcd, from which stores come and go. */
function followStores(
  { STORES, ETCD_URL, ETCD_PREFIX, ETCD_TIMEOUT_MS }: EdgeSettings,
  { roster, log }: { roster: Roster<StoreClient>; log: Logger },
): StoreList | undefined {
  if (ETCD_URL === undefined) {
    roster.update(addressesIn(STORES ?? ''))
    return undefined
  }
  return new StoreList({
    etcd: new EtcdClient({ urls: addressesIn(ETCD_URL), timeout: ETCD_TIMEOUT_MS }),
    prefix: ETCD_PREFIX,
    onList: (urls) => {
      roster.update(urls)
      log.info({ urls, stores: roster.stores.map(({ url }) => url) }, 'stores')
    },
    log,
  })
}

const pageFolder = fileURLToPath(new URL('../web/', import.meta.url))
const budget = { share: 0.1, most: 1_000 }

function openLanes(settings: EdgeSettings, roster: Roster<StoreClient>) {
  const options = {
    roster,
    callsPerStore: settings.CALLS_PER_STORE,
    queueLimit: settings.QUEUE_LIMIT,
    now: () => performance.now(),
  }
  const sends = new CallLane<StoreClient, CheckedMessage, SentAt>({
    ...options,
    name: 'send',
    budget: new RetryBudget(budget),
    call: (client, messages) => client.send(messages),
    bytes: ({ text }) => 100 + Buffer.byteLength(text),
    isRepeatable: ({ client_id }) => client_id !== null,
  })
  const pulls = new CallLane<StoreClient, CheckedPage, MessageLines>({
    ...options,
    name: 'pull',
    budget: new RetryBudget(budget),
    call: (client, pages) => pullDistinct(pages, (distinct) => client.pull(distinct)),
    bytes: pageBytes,
    bytesPerCall: mostTextAtOnce,
    isRepeatable: () => true,
  })
  return { sends, pulls }
}

/** Asks the store whose turn it is. */
async function newestOfAny(
  roster: Roster<StoreClient>,
  chats: readonly string[],
): Promise<readonly bigint[]> {
  const store = roster.pick(() => true)
  if (store === undefined) throw new Error('no store can be asked')
  return await newestOf(store, roster, chats)
}

/** Asks one store; a failure counts against it, an answer that says no does not. */
async function newestOf(
  store: Store<StoreClient>,
  roster: Roster<StoreClient>,
  chats: readonly string[],
): Promise<readonly bigint[]> {
  store.outstanding++
  try {
    const times = await store.client.newest(chats)
    roster.succeeded(store)
    return times
  } catch (error) {
    if (isAnswer(error)) roster.succeeded(store)
    else roster.failed(store)
    throw error
  } finally {
    store.outstanding--
  }
}

function isAnswer(error: unknown): boolean {
  return error instanceof CallFailure && error.kind === 'answered'
}

/** Whether any store answers, its database behind it; one that has too much to do is no reason to stay away. */
async function isAnswered(roster: Roster<StoreClient>): Promise<boolean> {
  const asked = roster.stores.map((store) =>
    newestOf(store, roster, ['a:b']).then(
      () => true,
      (error: unknown) => isAnswer(error) || Promise.reject(error),
    ),
  )
  return await Promise.any(asked).catch(() => false)
}

function addPing(app: HttpApp): void {
  const response = { 200: Type.Object({ message: Type.String() }) }
  app.get('/ping', { schema: { summary: 'Alive', response } }, async () => ({ message: 'pong' }))
}

interface MeteredLane {
  readonly name: string
  readonly waiting: number
  readonly figures: LaneFigures
}

interface Measured {
  readonly roster: Roster<StoreClient>
  readonly list: StoreList | undefined
  readonly lanes: readonly MeteredLane[]
  readonly waiting: WaitingPulls
  readonly newest: NewestPages
}

function edgeMetrics({ roster, list, lanes, waiting, newest }: Measured): string {
  const perLane = (name: string, type: string, value: (lane: MeteredLane) => number) =>
    family(
      name,
      type,
      lanes.map((lane) => `${name}{lane="${lane.name}"} ${value(lane)}\n`).join(''),
    )
  return (
    gauge('stores_known', roster.stores.length) +
    (list === undefined ? '' : gauge('discovery_answers', list.isCurrent ? 1 : 0)) +
    counter('store_ejections_total', roster.ejections) +
    gauge('chats_waited_for', waiting.chats) +
    gauge('clients_waiting', waiting.waiters) +
    gauge('newest_pages_kept', newest.kept) +
    counter('newest_pages_unchanged_total', newest.unchanged) +
    perLane('call_requests_waiting', 'gauge', ({ waiting }) => waiting) +
    perLane('call_requests_total', 'counter', ({ figures }) => figures.requests) +
    perLane('calls_total', 'counter', ({ figures }) => figures.calls) +
    perLane('call_repeats_total', 'counter', ({ figures }) => figures.repeats) +
    perLane('call_failures_total', 'counter', ({ figures }) => figures.failures)
  )
}
