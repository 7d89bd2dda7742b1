// wrk beside our own generator, as a second opinion on the same server in the same run.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type Call = 'list' | 'meta' | 'post'

export interface WrkOptions {
  readonly call: Call
  readonly url: string
  readonly products: number
  readonly body: string
  /** Lua table of each product's answers, as JSON members: `[2]='"5":3,"6":3'`. */
  readonly answers: string
  readonly seconds: number
  readonly connections: number
}

export interface Measured {
  readonly per_second: number
  readonly p99_ms: number
  readonly not_ok: number
}

/** Undefined when wrk is not installed. */
export async function runWrk(options: WrkOptions): Promise<Measured | undefined> {
  const { url, seconds, connections } = options
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-wrk-'))
  const script = join(folder, 'call.lua')
  try {
    await writeFile(script, luaScript(options))
    const shape = ['-t1', `-c${connections}`, `-d${seconds}s`]
    const args = [...shape, '--latency', '--timeout', '10s', '-s', script, url]
    const { stdout } = await promisify(execFile)('wrk', args, { timeout: (seconds + 30) * 1_000 })
    return parse(stdout)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

function luaScript({ call, products, body, answers }: WrkOptions): string {
  const id = `math.random(${products})`
  if (call === 'post') {
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

function parse(text: string): Measured {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0)
  const [, value = '0', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? []
  const factor = { us: 0.001, ms: 1, s: 1_000 }[unit] ?? 1
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)
  const sockets = (socket ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0)
  return {
    per_second: number(/Requests\/sec:\s+([\d.]+)/),
    p99_ms: Number(value) * factor,
    not_ok: number(/Non-2xx or 3xx responses: (\d+)/) + sockets,
  }
}
