// What wrk sends to reviews, as the Lua that it runs.

import type { Call } from './bench-workload.ts'

export interface WrkScriptOptions {
  readonly call: Call
  readonly products: number
  readonly body: string
  /** Lua table of each product's answers, as JSON members: `[2]='"5":3,"6":3'`. */
  readonly answers: string
}

/** Requests over all products at random. */
export function wrkScript({ call, products, body, answers }: WrkScriptOptions): string {
  const id = `math.random(${products})`
  if (call === 'post' || call === 'posts') {
    return `
wrk.headers["content-type"] = "application/json"
local answers = {${answers}}
request = function()
  local id = ${id}
  local photos = math.random() < 0.2 and '"https://example.com/photo.jpg"' or ''
  local json = string.format('{"product_id":%d,"rating":%d,"summary":"Good","body":"${body}","recommend":true,"name":"bench","email":"bench@example.com","photos":[%s],"characteristics":{%s}}', id, math.random(5), photos, answers[id])
  return wrk.format("POST", "/reviews", nil, json)
end`
  }
  const path = call === 'list' ? '/reviews' : '/reviews/meta'
  return `request = function() return wrk.format("GET", "${path}?product_id=" .. ${id}) end`
}
