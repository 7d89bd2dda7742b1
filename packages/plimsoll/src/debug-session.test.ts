import { expect, test } from 'vitest'
import { tracedText } from './debug-session.ts'

test('requests and answers are shown with their secrets masked', () => {
  const text = tracedText({
    request:
      'POST /login?next=/&token=s3cr3t HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer s3cr3t\r\nCookie: sid=s3cr3t; theme=s3cr3t\r\n' +
      'Content-Type: application/json\r\n\r\n{"user":"ann","password":"s3cr3t","inner":{"apiKey":"s3cr3t"}}',
    status: 200,
    head: 'HTTP/1.1 200 OK\r\nSet-Cookie: sid=s3cr3t; Path=/\r\nX-Api-Key: s3cr3t\r\nContent-Type: application/json\r\n',
    body: Buffer.from('{"access_token":"s3cr3t","name":"Ann\\u001b[31m"}\u001b[2J'),
    lost: '',
    took_ms: 12.34,
  })
  expect(text).toContain('> POST /login?next=/&token=••• HTTP/1.1\n')
  expect(text).toContain('> Authorization: Bearer •••\n> Cookie: sid=•••; theme=•••\n')
  expect(text).toContain('< Set-Cookie: sid=•••; Path=/\n')
  expect(text).toContain('(12.3 ms)')
  expect(text.replace('"access_token":"s3cr3t"', '')).not.toContain('s3cr3t')
})

test('a form is masked too, a long body is cut, bytes are counted, and no answer says why', () => {
  const form = tracedText({
    request:
      'POST /a HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nuser=ann&password=s3cr3t',
    status: 0,
    head: '',
    body: null,
    lost: 'connection refused',
    took_ms: 1,
  })
  expect(form).toContain('> user=ann&password=•••\n')
  expect(form).toContain('< (no answer: connection refused; 1.0 ms)\n')
  const answer = (type: string, body: string) =>
    tracedText({
      request: 'GET /a HTTP/1.1\r\n\r\n',
      status: 200,
      head: `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n`,
      body: Buffer.from(body),
      lost: '',
      took_ms: 1,
    })
  expect(answer('image/png', 'xyz')).toContain('< (3 bytes of image/png)\n')
  expect(answer('text/plain', 'x'.repeat(3_000))).toContain('… (1000 characters more)')
})
