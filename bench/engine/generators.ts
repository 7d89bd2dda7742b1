// Requests per CPU-second of each generator, ours among them: all against one server, 64 connections, in turns.
// What counts is read at two instants while everything runs: requests from the server, CPU time from /proc.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpuOf, cpuOfSession } from './process-use.ts'
import type { CountingServer } from './counting-server.ts'
import type { OurEngine } from './our-engine.ts'
import type { Peer, Scenario } from './peers.ts'

export interface Round {
  readonly scenario: Scenario
  readonly by: string
  readonly round: number
  readonly per_cpu_second: number
  readonly per_second: number
}

export interface Window {
  /** Before counting begins. */
  readonly settle_ms: number
  readonly counted_ms: number
}

export interface RoundsOptions {
  readonly scenario: Scenario
  readonly rounds: number
  readonly window: Window
  readonly server: CountingServer
  readonly engine: OurEngine
  readonly peers: readonly Peer[]
  readonly say: (line: string) => void
}

/** Round 0 warms up and is not kept. Ours runs twice in each: the two differ by nothing but chance. */
export async function measureRounds(options: RoundsOptions): Promise<Round[]> {
  const { scenario, rounds, window, server, engine, peers, say } = options
  const measured: Round[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const runs: [string, () => Promise<Rate>][] = [
      ['plimsoll', () => runOurs({ engine, server, scenario, window })],
      ...peers.flatMap((peer): [string, () => Promise<Rate>][] =>
        'command' in peer ? [[peer.name, () => runPeer({ peer, server, scenario, window })]] : [],
      ),
      ['plimsoll again', () => runOurs({ engine, server, scenario, window })],
    ]
    for (const [by, run] of round % 2 === 0 ? runs : runs.toReversed()) {
      const rate = await run()
      say(`${scenario} round ${round}: ${by} ${Math.round(rate.per_cpu_second)} per CPU-second`)
      if (round > 0) measured.push({ scenario, by, round, ...rate })
    }
  }
  return measured
}

export interface Rate {
  readonly per_cpu_second: number
  readonly per_second: number
}

interface Run {
  readonly server: CountingServer
  readonly scenario: Scenario
  readonly window: Window
}

async function runOurs({ engine, server, scenario, window }: Run & { engine: OurEngine }) {
  const playing = engine.playPhase(scenario, {
    lasts_ms: window.settle_ms + window.counted_ms + 500,
  })
  const rate = await rateDuring({ server, window, cpu: () => cpuOf(engine.pid) })
  const { notOk, ok } = await playing
  if (notOk > 0 || ok === 0) throw new Error(`our engine: ${ok} ok, ${notOk} not ok`)
  return rate
}

async function runPeer({
  peer,
  server,
  scenario,
  window,
}: Run & { peer: Extract<Peer, { command: unknown }> }): Promise<Rate> {
  // Long enough for the slowest to start; it is ended when it has been counted.
  const seconds = Math.ceil((window.settle_ms + window.counted_ms) / 1_000) + 10
  const [command = '', ...args] = peer.command({ url: server.url, scenario, seconds })
  // Ours keeps its connections meanwhile, and does nothing.
  const { connections } = await server.counted()
  const opened = async () => (await server.counted()).connections - connections
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  const session = child.pid ?? 0
  try {
    await until(async () => (await opened()) > 0, `${peer.name} to connect`)
    return await rateDuring({ server, window, cpu: () => cpuOfSession(session) })
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-session, 'SIGKILL')
      await once(child, 'exit')
    }
    await until(async () => (await opened()) <= 0, 'connections to close')
  }
}

/** What the server answered meanwhile, per second, and for each second of CPU that `cpu` tells. */
export async function rateDuring({
  server,
  window,
  cpu,
}: {
  readonly server: CountingServer
  readonly window: Window
  readonly cpu: () => number
}): Promise<Rate> {
  await pause(window.settle_ms)
  const from = { cpu: cpu(), at: performance.now(), ...(await server.counted()) }
  await pause(window.counted_ms)
  const to = { cpu: cpu(), at: performance.now(), ...(await server.counted()) }
  const requests = to.requests - from.requests
  if (!(requests > 0 && to.cpu > from.cpu)) throw new Error('nothing was sent while it was counted')
  return {
    per_cpu_second: requests / (to.cpu - from.cpu),
    per_second: requests / ((to.at - from.at) / 1_000),
  }
}

const startWithin_ms = 30_000

export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + startWithin_ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${startWithin_ms} ms for ${what}`)
    await pause(20)
  }
}

export function pause(lasts_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lasts_ms))
}
