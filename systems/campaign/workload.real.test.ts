// What the five phases ask for, from samples: users who stay change what they do, as was meant and never came to be.

import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { startEngine } from '@plimsoll/engine'
import { Recorder } from '@plimsoll/record'
import { expect, test } from 'vitest'
import { weightsOf } from './participant.ts'
import { rush } from './workload.ts'

const seconds = 6
const users = 120

/** Says yes to everything, as briefly as the contract allows. */
async function startYes() {
  const server = createServer((request, response) => {
    request.resume()
    const path = request.url ?? ''
    const body = path.startsWith('/api/auth/login')
      ? { access_token: 'x', token_type: 'bearer' }
      : path.startsWith('/api/team/all-teams')
        ? [{ id: 1, name: 'one' }]
        : path.startsWith('/api/post/posts')
          ? [{ id: 7, content: '' }]
          : path.startsWith('/api/team/leaderboard')
            ? []
            : { message: 'yes', checkin_id: 7 }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, url: `http://127.0.0.1:${port}` }
}

test('each phase has its own mix, and those who were there before go along', async () => {
  const { server, url } = await startYes()
  const recorder = new Recorder()
  await using engine = await startEngine({
    source: { file: join(import.meta.dirname, 'workload.ts'), select: 'rush', kind: 'workload' },
    targets: [url],
    seed: 1,
    pauses: 0.05,
    onBatch: (batch) => recorder.absorb(batch),
    onTrouble: (error) => {
      throw error
    },
  })
  const shares: Record<string, Record<string, number>> = {}
  for (const [n, [phase, { shape }]] of Object.entries(rush.phases).entries()) {
    const second = Math.ceil(engine.second() + 0.01)
    await engine.play({
      from: 'phase',
      phase,
      level: users / 1_100,
      duration: (seconds * 1_000) / shape.lasts,
      first_session: (n + 1) * 1_000_000,
      second,
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    shares[phase] = sharesIn(recorder.seconds.slice(second + 1, second + seconds - 1))
  }
  server.closeAllConnections()
  server.close()
  for (const [phase, weights] of Object.entries(weightsOf)) {
    const sum = Object.values(weights).reduce((all, weight) => all + weight, 0)
    for (const [task, weight] of Object.entries(weights)) {
      // Those who come register and log in as well, so logins are counted where nobody comes.
      if (task === 'login' && phase === 'early') continue
      const found = shares[phase]?.[task] ?? 0
      expect([phase, task, found]).toEqual([phase, task, expect.closeTo(weight / sum, 1)])
    }
  }
  const checkIns = Object.values(shares).map((of) => of['checkIn'] ?? 0)
  expect(checkIns).toEqual(checkIns.toSorted((a, b) => a - b))
  expect(checkIns.at(-1)).toBeGreaterThan(0.8)
})

const taskOf: Readonly<Record<string, string>> = {
  'GET /api/team/leaderboard/': 'leaderboard',
  'POST /api/team/join-team/': 'join',
  'POST /api/team/create-team/': 'create',
  'POST /api/user/upload-post': 'checkIn',
  'POST /api/auth/login': 'login',
}

function sharesIn(played: Recorder['seconds']): Record<string, number> {
  const counts: Record<string, number> = {}
  let all = 0
  for (const { actions } of played) {
    for (const [action, { due }] of actions) {
      const task = taskOf[action]
      if (task === undefined) continue
      counts[task] = (counts[task] ?? 0) + due
      all += due
    }
  }
  return Object.fromEntries(Object.entries(counts).map(([task, count]) => [task, count / all]))
}
