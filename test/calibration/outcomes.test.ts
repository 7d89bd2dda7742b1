// Whatever a server does is an outcome with a reason: never a crash, never a hang, never a guess.

import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LedgerLine } from '@plimsoll/record'
import { refusingUrl, startBrokenServer } from './broken-server.ts'
import { play } from './measured.ts'

test('every way in which a server can break has its outcome, and a reason', async () => {
  await using server = await startBrokenServer()
  const { actions, reasons } = await play({
    workload: 'broken',
    phase: 'once',
    targets: [server.url],
  })
  const outcomes = Object.fromEntries(actions.map(({ action, outcome }) => [action, outcome]))
  const told = Object.fromEntries(reasons.map(({ action, reason }) => [action, reason]))
  const found = Object.keys(outcomes).map((action) => [
    action,
    outcomes[action],
    told[action] ?? '',
  ])
  const rows = [
    ['/ok', 'ok', 'ok', ''],
    ['/no-content', 'ok', 'ok', ''],
    ['/closing', 'ok', 'ok', ''],
    ['/not-found', 'failed', 'failed', 'status 404'],
    ['/busy', 'failed', 'failed', 'status 503'],
    ['/error', 'failed', 'unknown', 'status 500'],
    ['/reset', 'failed', 'unknown', 'connection reset'],
    ['/close', 'failed', 'unknown', 'connection closed without an answer'],
    ['/cut', 'failed', 'unknown', 'answer cut short'],
    ['/cut-chunked', 'failed', 'unknown', 'answer cut short'],
    ['/cut-head', 'failed', 'unknown', 'answer cut short'],
    ['/garbage', 'failed', 'unknown', 'not an HTTP/1 answer'],
    ['/endless-head', 'failed', 'unknown', 'head over 16384 bytes'],
    ['/endless-body', 'failed', 'unknown', 'body over 16777216 bytes'],
    ['/never', 'failed', 'unknown', 'time-out'],
    ['/slow-body', 'failed', 'unknown', 'time-out'],
  ]
  const expected = rows.flatMap(([path, get, post, reason]) => [
    [`GET ${path}`, get, reason],
    [`POST ${path}`, post, reason],
  ])
  expect(new Set(found.map(String))).toEqual(new Set(expected.map(String)))
  expect(found).toHaveLength(expected.length)
  // Each request came exactly once, whatever became of it.
  expect([...server.came.values()]).toEqual(rows.flatMap(() => [1, 1]))
  const never = actions.find(({ action }) => action === 'GET /never')
  expect((never?.lateness ?? 0) + (never?.service ?? 0)).toBeGreaterThanOrEqual(1_500)
  expect((never?.lateness ?? 0) + (never?.service ?? 0)).toBeLessThan(2_500)
})

test('where nothing listens nothing was sent, so nothing can have happened', async () => {
  const { actions, reasons } = await play({
    workload: 'broken',
    phase: 'once',
    targets: [await refusingUrl()],
  })
  expect(new Set(actions.map(({ outcome }) => outcome))).toEqual(new Set(['failed']))
  expect(new Set(reasons.map(({ reason }) => reason))).toEqual(new Set(['connection refused']))
})

test('a read on a connection that the server had closed is sent again, a write never', async () => {
  await using server = await startBrokenServer()
  const { actions, reasons } = await play({
    workload: 'stale',
    phase: 'once',
    targets: [server.url],
  })
  expect(actions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'GET /stale ok',
    'GET /stale ok',
    'POST /stale unknown',
  ])
  expect(Object.fromEntries(server.came)).toEqual({ 'GET /stale': 3, 'POST /stale': 1 })
  expect(reasons.map(({ reason }) => reason)).toEqual([
    'sent again: the server had closed the kept connection',
    'connection reset',
  ])
})

test('what is still open when the run ends is unknown, and the end is not waited for', async () => {
  await using server = await startBrokenServer()
  const before = performance.now()
  const { actions, closed, due } = await play({
    workload: 'waiting',
    phase: 'few',
    targets: [server.url],
    closeWithin: 200,
  })
  expect(performance.now() - before).toBeLessThan(8_000)
  expect(closed).toEqual({ sessions_alive: 20, under_way: 20 })
  expect(due).toBe(20)
  expect(actions.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'unknown'))
})

test('a persona that throws ends its session, is shown once with its line, and the run goes on', async () => {
  await using server = await startBrokenServer()
  const { actions, batches, errors } = await play({
    workload: 'throwing',
    phase: 'few',
    targets: [server.url],
  })
  expect(actions).toHaveLength(20)
  const sum = (of: 'started' | 'ended' | 'cut_short') =>
    batches.reduce((total, { sessions }) => total + sessions[of], 0)
  expect([sum('started'), sum('ended'), sum('cut_short')]).toEqual([20, 10, 10])
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatch(
    /^careless: SyntaxError: GET \/ok was answered with 200: expected JSON, found "hi" \(.*workloads\.ts:\d+:\d+\)$/,
  )
})

test('the ledger has an intent and an outcome for every promise, with short answers', async () => {
  await using server = await startBrokenServer()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'plimsoll-calibration-'))
  const ledgerFile = join(folder.path, 'ledger.ndjson')
  await play({ workload: 'promising', phase: 'few', targets: [server.url], ledgerFile })
  const lines = (await readFile(ledgerFile, 'utf8')).trimEnd().split('\n')
  const parsed = lines.map((line) => JSON.parse(line) as LedgerLine)
  const intents = parsed.filter((line) => line.entry === 'intent')
  const outcomes = parsed.filter((line) => line.entry === 'outcome')
  expect(
    intents.map(({ about }) => about['session']).toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual(Array.from({ length: 20 }, (_, session) => session))
  expect(new Set(outcomes.map(({ key }) => key))).toEqual(new Set(intents.map(({ key }) => key)))
  const kinds = outcomes.map(({ outcome, status, answer }) =>
    JSON.stringify([outcome, status, answer ?? null]),
  )
  expect(
    Object.fromEntries(
      Object.entries(Object.groupBy(kinds, (kind) => kind)).map(([kind, all]) => [
        kind,
        all?.length,
      ]),
    ),
  ).toEqual({
    '["ok",201,{"id":7}]': 5,
    '["failed",503,null]': 5,
    '["unknown",500,null]': 5,
    '["unknown",0,null]': 5,
  })
})
