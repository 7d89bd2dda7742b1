import { expect, test } from 'vitest'
import { pathTemplate } from './path-template.ts'

test.each([
  ['/reviews', undefined, undefined, '/reviews'],
  ['/reviews/:id/helpful', { id: 17 }, undefined, '/reviews/17/helpful'],
  ['/a/:x/:y', { x: 'ä/b c', y: true }, undefined, '/a/%C3%A4%2Fb%20c/true'],
  // An answer may have said something else than was expected: it must not become a second request.
  [
    '/a/:x/:y',
    { x: ['1 HTTP/1.1\r\n'] as never, y: 1e21 },
    undefined,
    '/a/1%20HTTP%2F1.1%0D%0A/1e%2B21',
  ],
  [
    '/reviews',
    undefined,
    { product_id: 3, sort: 'new est&', none: undefined },
    '/reviews?product_id=3&sort=new%20est%26',
  ],
  ['/reviews?sort=top', undefined, { page: 2 }, '/reviews?sort=top&page=2'],
  ['/r/:id?full=1', { id: 'x' }, { 'a b': '=' }, '/r/x?full=1&a%20b=%3D'],
  ['/v1/things:purge', undefined, undefined, '/v1/things:purge'],
])('%s with %j and %j is sent as %s', (path, params, query, sent) => {
  expect(pathTemplate(path).fill(params, query)).toBe(sent)
})

test('the action is called after the template, without values and query', () => {
  expect(pathTemplate('/reviews/:id/helpful?by=me').name).toBe('/reviews/:id/helpful')
})

test.each([
  ['reviews', {}, /expected a path/],
  ['/re views', {}, /expected a path/],
  ['/reviews#top', {}, /expected a path/],
  ['/réviews', {}, /expected a path/],
  ['/reviews/:id', {}, /params.id is missing/],
  ['/reviews/:id', { id: 1, ids: 2 }, /params.ids has no place/],
  ['/reviews', { id: 1 }, /params.id has no place/],
])('%s with %j is refused', (path, params, message) => {
  expect(() => pathTemplate(path).fill(params, undefined)).toThrow(message)
})
