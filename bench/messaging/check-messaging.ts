// Correctness before speed: what is sent is stored once, is numbered, is found by both who talk, and what is wrong
// is refused by the name of its field.

import assert from 'node:assert/strict'

let checked = 0

/** Throws when an answer is wrong. */
export async function checkMessaging(url: string): Promise<void> {
  checked += 1
  const chat = `checker${process.pid}:checked${checked}`
  const sender = `checked${checked}`
  const said = ['first', 'second', 'third']
  for (const [i, text] of said.entries()) {
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await send(url, { chat, sender, text, client_id: text })
      assert.deepEqual([status, body.seq], [200, i + 1], 'sent twice under one name, stored once')
    }
  }
  for (const reverse of [false, true]) {
    const { body } = await call(`${url}/api/pull?chat=${chat}&limit=2&reverse=${reverse}`)
    const rest = await call(
      `${url}/api/pull?chat=${chat}&limit=2&reverse=${reverse}&cursor=${body.next_cursor}`,
    )
    const found = [...body.messages, ...rest.body.messages].map(({ text }) => text)
    assert.deepEqual(found, reverse ? said.toReversed() : said)
  }
  const wrong = await send(url, { chat, sender: 'stranger', text: 'let me in' })
  assert.deepEqual([wrong.status, wrong.body.field], [400, 'sender'])
}

function send(url: string, message: Readonly<Record<string, string>>) {
  return call(`${url}/api/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
}

// oxlint-disable-next-line typescript/no-explicit-any
async function call(url: string, init: RequestInit = {}): Promise<{ status: number; body: any }> {
  const answer = await fetch(url, init)
  return { status: answer.status, body: await answer.json() }
}
