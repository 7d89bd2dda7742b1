import { expect, test } from 'vitest'

import { formBody, multipartBody } from './upload-body.ts'

test('a form is read, and what was left empty is not there', () => {
  expect(formBody('content=a+b%21&nonce=')).toEqual({ content: 'a b!' })
})

test('a field that is given twice is refused', () => {
  expect(() => formBody('content=a&content=b')).toThrow('given once')
})

test('a million fields are refused before they are taken apart', () => {
  const body = Array.from({ length: 1_000_000 }, (_, n) => n.toString(36)).join('&')
  const since = performance.now()
  expect(() => formBody(body)).toThrow('at most 16 fields')
  expect(performance.now() - since).toBeLessThan(100)
})

test('a form of many parts is refused before it is taken apart', async () => {
  const part = (n: number) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n\r\n`
  const form = (parts: number) =>
    Buffer.from(`${Array.from({ length: parts }, (_, n) => part(n)).join('')}--x--`)
  const type = 'multipart/form-data; boundary=x'
  expect(await multipartBody(form(16), type)).toEqual({})
  const since = performance.now()
  await expect(multipartBody(form(50_000), type)).rejects.toThrow('at most 16 fields')
  expect(performance.now() - since).toBeLessThan(200)
})
