// The life of a service process.
//
//   starting → ready → draining → stopped (0)
//                         └──────→ cut off (1): a second signal, or the hard deadline
//
// Draining: /readyz turns false, the ready delay lets balancers see it while requests are still taken, then
// nothing new is accepted, every answer closes its connection, what is in flight ends, then the stores close.

import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'

import type { HttpService } from './http-service.ts'

/** The part of `process` that a service needs. */
export interface Signals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

export interface RunOptions {
  readonly service: HttpService
  readonly settings: {
    readonly HOST: string
    readonly PORT: number
    readonly READY_DELAY_MS: number
    readonly DRAIN_MS: number
  }
  readonly log: Logger
  readonly signals: Signals
  /** Called at the first signal: /readyz must say no from here on. The ready delay begins when it resolves. */
  readonly onDrain: () => void | Promise<void>
  /** Closes pools and queues after the last answer. */
  readonly close: () => Promise<void>
}

/** Listens until a signal comes, drains, and resolves to the exit code. Rejects when it cannot listen. */
export async function runUntilSignal(options: RunOptions): Promise<number> {
  const { service, settings, log, signals } = options
  await service.app.listen({ host: settings.HOST, port: settings.PORT })
  const { address, port } = service.app.server.address() as AddressInfo
  log.info({ address, port }, 'listening')
  const first = nextSignal(signals)
  const signal = await first.came
  const second = nextSignal(signals)
  const deadline = new AbortController()
  log.info({ signal }, 'draining')
  const code = await Promise.race([
    drain(options).then(() => 0),
    second.came.then(() => 1),
    pause(settings.DRAIN_MS, 1, { signal: deadline.signal }).catch(() => 1),
  ])
  deadline.abort()
  second.forget()
  if (code === 0) log.info('stopped')
  else log.error({ stuck_routes: service.gate.stuckRoutes() }, 'cut off while draining')
  return code
}

async function drain({ service, settings, onDrain, close }: RunOptions): Promise<void> {
  await onDrain()
  service.gate.drain()
  await pause(settings.READY_DELAY_MS)
  // Connections that had a request in flight at this moment become idle only later. One on which no whole
  // request has come yet never counts as idle: with nothing in flight nobody waits for it.
  const sweep = setInterval(() => {
    if (service.gate.inFlight === 0) service.app.server.closeAllConnections()
    else service.app.server.closeIdleConnections()
  }, 50)
  await service.app.close().finally(() => clearInterval(sweep))
  await close()
}

function nextSignal(signals: Signals) {
  const { promise: came, resolve } = Promise.withResolvers<string>()
  const onTerm = () => resolve('SIGTERM')
  const onInt = () => resolve('SIGINT')
  const forget = () => {
    signals.off('SIGTERM', onTerm)
    signals.off('SIGINT', onInt)
  }
  signals.on('SIGTERM', onTerm)
  signals.on('SIGINT', onInt)
  return { came: came.finally(forget), forget }
}
