import { expect, test } from 'vitest'
import { Recorder, type ProgressEvent } from '@plimsoll/record'
import { until } from '@plimsoll/stores'
import { emptyRecord } from '@plimsoll/record'
import { SecondWatch } from './second-watch.ts'

/** Watches a deployment for two seconds, or until there is trouble. */
async function watch(
  instances: readonly { part: string; instance: number; pid: number }[],
  { writes = async () => {} }: { writes?: () => Promise<void> } = {},
) {
  const recorder = new Recorder()
  recorder.health = [{ cpu_cores: 0.1, event_loop_delay_p99_ms: 0, memory_bytes: 1 }]
  const place = { configuration: 'two', repeat: 1, balancer: 'none', started_at: '' }
  const record = emptyRecord({ ...place, recorder })
  const events: ProgressEvent[] = []
  const troubles: Error[] = []
  const began = performance.now()
  await using _watch = new SecondWatch({
    deployment: {
      instances: instances.map((each) => ({ ...each, url: '', limit_cores: 1 })),
      sample: () => Promise.resolve([]),
      get state() {
        return instances.every(({ pid }) => pid > 0) ? ('ready' as const) : ('broken' as const)
      },
    },
    engine: { second: () => (performance.now() - began) / 1_000 },
    recorder,
    record,
    writer: { write: writes },
    emit: (event) => events.push(event),
    onTrouble: (error) => troubles.push(error),
  })
  const isDone = () => record.parts.length > 1 || troubles.length > 0
  expect(await until(isDone, { deadline_ms: 8_000 })).toBe(true)
  return { record, events, troubles }
}

test('an instance that ends by itself is a caveat that forbids "holds", said once', async () => {
  const { record, events } = await watch([
    { part: 'api', instance: 0, pid: 7 },
    { part: 'api', instance: 1, pid: 0 },
  ])
  expect(record.caveats).toEqual([
    {
      code: 'instance-ended',
      forbids_holds: true,
      text: expect.stringMatching(/^api 1 ended by itself in second \d/) as string,
    },
  ])
  expect(events.filter(({ kind }) => kind === 'caveat')).toHaveLength(1)
})

test('records that cannot be written spoil the run, and nothing is said of a whole deployment', async () => {
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  const { record, troubles } = await watch([{ part: 'api', instance: 0, pid: 7 }], {
    writes: () => Promise.reject(full),
  })
  expect(record.caveats).toEqual([])
  expect(troubles).toEqual([full])
})
