import { expect, test } from 'vitest'
import { keptFrom, sessionOf } from './token.ts'

const tokenWith = (claims: unknown) =>
  `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`

test('a session lasts as long as its token, whatever the clock says', () => {
  const token = tokenWith({ sub: 'ada', iat: 1000, exp: 2800 })
  expect(sessionOf('ada', token, 50).ends_at).toBe(50 + 1_800_000)
})

test('a token that says nothing of its end is used until the service refuses it', () => {
  expect(sessionOf('ada', tokenWith({ sub: 'ada' }), 50).ends_at).toBeNull()
  expect(sessionOf('ada', 'opaque', 50).ends_at).toBeNull()
  expect(sessionOf('ada', 'a.%%%.b', 50).ends_at).toBeNull()
})

test('what was kept comes back, and nothing else is taken for a session', () => {
  const session = sessionOf('Zoë 🏃', tokenWith({ iat: 1, exp: 2 }), 0)
  expect(keptFrom(JSON.stringify(session))).toEqual(session)
  for (const text of [null, '', 'null', '[]', '{"user_name":1}', '{oops'])
    expect(keptFrom(text)).toBeUndefined()
})
