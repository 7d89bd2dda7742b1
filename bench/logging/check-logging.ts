// Correctness before speed: what is posted is found again as it was posted.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

/** Throws when an answer is wrong; resolves to how many records were accepted. */
export async function checkLogging(url: string): Promise<number> {
  const posted = await post(`${url}/log`, { message: 'one\tline\n', level: 'warn' })
  assert.equal(posted.status, 201)
  const { id } = (await posted.json()) as { id: string }
  const batch = await post(`${url}/logs`, [
    { message: 'first', level: 'info' },
    { message: 7, level: 'info' },
  ])
  assert.equal(batch.status, 202)
  const { accepted, ids, rejected } = (await batch.json()) as {
    accepted: number
    ids: string[]
    rejected: { index: number }[]
  }
  assert.deepEqual([accepted, rejected.map(({ index }) => index)], [1, [1]])
  const found = await Promise.all([...ids, id].map((each) => find(url, each)))
  assert.deepEqual(
    found.map(({ message, level }) => [message, level]),
    [
      ['first', 'INFO'],
      ['one\tline\n', 'WARNING'],
    ],
  )
  return 2
}

async function find(url: string, id: string): Promise<{ message: string; level: string }> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${url}/logs/${id}`)
    if (answer.status === 200) return (await answer.json()) as { message: string; level: string }
    await answer.body?.cancel()
    await sleep(100)
  }
  throw new Error(`the record ${id} is not stored after ten seconds`)
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}
