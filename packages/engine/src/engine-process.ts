// The engine's own process: so that neither judging nor drawing delays an arrival. It is started by
// engine.ts, obeys its asks and dies with it.

import { startFineSleep } from './fine-sleep.ts'
import { LedgerFile, noLedger } from './ledger-file.ts'
import { monotonic, type LoadClock } from './load-clock.ts'
import { LoadGenerator } from './load-generator.ts'
import { watchHealth } from './health.ts'
import { personaError } from './persona-error.ts'
import { toSent } from './sent-error.ts'
import { importWorkload } from './workload-source.ts'
import type { Ask, Drained, EngineStart, NumberedAsk, Said } from './messages.ts'

const sweepEvery_ms = 25
const batchEvery_ms = 200
const lookEvery_ms = 10

const clock: LoadClock = { now: monotonic, beganAt: 0 }
const health = watchHealth()
const fine = startFineSleep()
let generator: LoadGenerator | undefined
let ledger: LedgerFile | undefined

function say(said: Said): void {
  // A parent that has just ended is noticed by its silence, not by an error here.
  if (process.connected) process.send?.(said, undefined, undefined, () => {})
}

async function start({
  source,
  targets,
  seed,
  ledgerFile,
  pauses = 1,
  shard = { index: 0, of: 1 },
}: EngineStart): Promise<void> {
  const workload = await importWorkload(source)
  if (ledgerFile !== undefined) {
    ledger = await LedgerFile.open(ledgerFile, (error) =>
      say({ said: 'trouble', error: toSent(error) }),
    )
  }
  generator = new LoadGenerator({
    workload,
    targets,
    seed,
    clock,
    emit: (batch) => say({ said: 'batch', batch }),
    health: () => health.now(),
    ledger: ledger ?? noLedger,
    pauses,
    shard,
    fineSleep: fine.sleep,
  })
  const started = generator
  setInterval(() => started.sweep(), sweepEvery_ms)
  // After the timers of this turn, so that a delay that just ended has been measured.
  setInterval(() => setImmediate(() => sendBatch(started)), batchEvery_ms)
}

function sendBatch(from: LoadGenerator): void {
  if (clock.beganAt === 0) return
  health.refresh()
  from.samples.flush()
}

/** Waits until no session lives, at most so long. */
async function drain(from: LoadGenerator, within_ms: number): Promise<Drained> {
  const until = clock.now() + within_ms
  while (from.alive > 0 && clock.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery_ms))
  }
  from.samples.flush()
  return { sessions_alive: from.alive, under_way: from.underWay }
}

async function close(from: LoadGenerator, within_ms: number): Promise<Drained> {
  from.stop()
  const drained = await drain(from, within_ms)
  from.close()
  await ledger?.[Symbol.asyncDispose]()
  ledger = undefined
  // Ended in haste, it has not shown what it would have done.
  if (within_ms > 0) from.requirePersonas()
  return drained
}

async function obey(ask: Ask): Promise<unknown> {
  if (ask.ask === 'load') {
    await importWorkload(ask.source)
    return null
  }
  if (ask.ask === 'start') {
    await start(ask.start)
    return null
  }
  if (generator === undefined) throw new Error('the engine has not been started')
  switch (ask.ask) {
    case 'setUp':
      await generator.setUp()
      return null
    case 'tellGiven':
      return generator.given
    case 'give':
      generator.given = ask.given
      return null
    case 'play':
      clock.beganAt = ask.began_at
      return generator.play(ask.stretch)
    case 'stop':
      generator.stop()
      return null
    case 'steer':
      generator.steer(ask.steer)
      return null
    case 'underWay':
      return generator.underWay
    case 'drain':
      return drain(generator, ask.within_ms)
    default:
      return close(generator, ask.within_ms)
  }
}

process.on('message', ({ id, ask }: NumberedAsk) => {
  obey(ask).then(
    (value) => say({ said: 'reply', id, value }),
    (thrown: unknown) => say({ said: 'refusal', id, error: toSent(thrown) }),
  )
})
// With the parent gone there is nothing to do but to save what was promised, and to send nothing more meanwhile.
process.on('disconnect', () => {
  generator?.close()
  const saved = ledger?.[Symbol.asyncDispose]() ?? Promise.resolve()
  void saved.finally(() => process.exit(0))
})
// Ctrl-C reaches the whole process group; when to end is the parent's decision.
process.on('SIGINT', () => {})
// A promise that a persona let fall: it ended no session, and it must not end the run.
process.on('unhandledRejection', (thrown) => {
  generator?.samples.sessions.hasError(personaError('outside any session', thrown))
})
