// Correctness before speed: a question is asked, claimed and answered, polls tell it once, and a poll that has
// nothing to tell says so.

import assert from 'node:assert/strict'

interface Called {
  readonly status: number
  readonly tag: string
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

type Caller = (
  method: string,
  path: string,
  given?: { json?: unknown; tag?: string },
) => Promise<Called>

let checked = 0

/** Throws when an answer is wrong. */
export async function checkHelpdesk(url: string): Promise<void> {
  checked += 1
  const [asker, expert] = await Promise.all([
    enter(url, `asker_${process.pid}_${checked}`),
    enter(url, `expert_${process.pid}_${checked}`),
  ])
  const since = new Date().toISOString()
  const before = await expert.call('GET', '/api/updates')
  assert.equal(before.status, 200)
  const asked = await asker.call('POST', '/conversations', { json: { title: 'Where is it?' } })
  assert.equal(asked.status, 201)
  const { id } = asked.body as { id: string }
  const claim = `/expert/conversations/${id}/claim`
  assert.equal((await expert.call('POST', claim)).status, 200)
  assert.equal((await asker.call('POST', claim)).status, 422)
  const sent = await asker.call('POST', '/messages', {
    json: { conversationId: id, content: 'It has not come.' },
  })
  assert.equal(sent.status, 201)
  const told = await expert.call('GET', `/api/updates?cursor=${before.body.cursor}`)
  assert.deepEqual(told.body.messages, [sent.body])
  const dated = await expert.call('GET', `/api/messages/updates?userId=${expert.id}&since=${since}`)
  assert.deepEqual(dated.body, [sent.body])
  const quiet = await expert.call('GET', '/api/updates', { tag: told.tag })
  assert.deepEqual([quiet.status, quiet.body], [304, undefined])
  const foreign = `/api/messages/updates?userId=${asker.id}`
  assert.equal((await expert.call('GET', foreign)).status, 403)
}

async function enter(url: string, username: string): Promise<{ id: string; call: Caller }> {
  const json = { username, password: username }
  const wrong = { json: { username, password: 'a guess' } }
  const nobody: Caller = (method, path, given) => send(url + path, method, { ...given })
  assert.equal((await nobody('POST', '/auth/login', wrong)).status, 401)
  const { status, body } = await nobody('POST', '/auth/register', { json })
  assert.equal(status, 201)
  const authorization = `Bearer ${body.token}`
  return {
    id: String(body.user.id),
    call: (method, path, given) => send(url + path, method, { ...given, authorization }),
  }
}

async function send(
  url: string,
  method: string,
  { json, tag, authorization }: { json?: unknown; tag?: string; authorization?: string },
): Promise<Called> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(tag === undefined ? {} : { 'if-none-match': tag }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    tag: answer.headers.get('etag') ?? '',
    body: text === '' ? undefined : JSON.parse(text),
  }
}
