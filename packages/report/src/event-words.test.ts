import { expect, test } from 'vitest'
import { eventsOf } from './event-words.ts'
import { answered as answeredRecords } from './fixture/fixture.ts'

const answered = answeredRecords()

const [first] = answered.record.runs
const name = first?.configuration ?? ''

test('without a queue, faults and scaling there is nothing to tell', () => {
  expect(eventsOf(answered)).toEqual([])
})

test('a fault, a life and an alarm are told in a sentence each', () => {
  if (first === undefined) throw new Error('the fixture has no run')
  const run = {
    ...first,
    faults: [
      {
        kind: 'kill' as const,
        part: 'worker',
        instance: 0,
        planned_second: 5,
        began_second: 5.2,
        healed_second: 9.2,
        proof: 'process 7 was gone',
      },
    ],
    instances: [
      {
        part: 'worker',
        instance: 1,
        asked_second: 3,
        booted_second: 5.5,
        useful_second: null,
        gone_second: null,
      },
    ],
  }
  const told = { ...answered, record: { ...answered.record, runs: [run] } }
  const [events] = eventsOf(told)
  expect(events?.name).toBe(name)
  expect(events?.sentences[0]).toMatch(
    /^Fault in run 1, second 5: kill worker 0 \(process 7 was gone\), healed after 4 s; /,
  )
  expect(events?.sentences[1]).toBe(
    'Scaling in run 1: worker 1 asked for at second 3, ready after 2.5 s, not useful, stayed.',
  )
})
