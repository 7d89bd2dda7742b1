import { expect, test } from 'vitest'
import { eventsOf } from './event-words.ts'
import { answered as answeredRecords } from './fixture/fixture.ts'

const answered = answeredRecords()

const [first] = answered.record.runs
const name = first?.configuration ?? ''

test('without a queue, faults and scaling there is nothing to tell', () => {
  expect(eventsOf(answered)).toEqual([])
})

test('a fault is told in a sentence', () => {
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
  }
  const told = { ...answered, record: { ...answered.record, runs: [run] } }
  const [events] = eventsOf(told)
  expect(events?.name).toBe(name)
  expect(events?.sentences[0]).toMatch(
    /^Fault in run 1, second 5: kill worker 0 \(process 7 was gone\), healed after 4 s; /,
  )
})

test('a growth, traffic and instance-seconds are told with what users felt', () => {
  const felt = { due: 30_211, late: 1_204, lost: 311 }
  const growth = {
    instances: 4,
    needed_second: 51,
    asked_second: 63,
    booted_second: 138.5,
    useful_second: 140,
    felt,
  }
  const elasticity = {
    part: 'api',
    repeat: 1,
    growths: [growth, { ...growth, needed_second: null, booted_second: null, useful_second: null }],
    had_seconds: 600,
    needed_seconds: 800,
    over_seconds: 20,
    under_seconds: 220,
    shares: [
      { instance: 0, of_fair_share: 1.01 },
      { instance: 4, of_fair_share: 0.97 },
    ],
  }
  const [judged, ...others] = answered.judgement.configurations
  if (judged === undefined) throw new Error('the fixture has no configuration')
  const configurations = [{ ...judged, elasticity: [elasticity] }, ...others]
  const [events] = eventsOf({ ...answered, judgement: { ...answered.judgement, configurations } })
  expect(events?.sentences).toEqual([
    'Scaling in run 1: 4 more api asked for at second 63, 12 s after they were needed; ready 75.5 s later, all at work 77 s later. Of 30,211 requests from needed until then, 1,204 were late and 311 lost.',
    'Scaling in run 1: 4 more api asked for at second 63, before they were needed; not ready, not all at work. Of 30,211 requests from asked for until then, 1,204 were late and 311 lost.',
    'Traffic of instances in run 1, of a fair share: api 0 101 %, api 4 97 %.',
    'Instance-seconds of api in run 1: 600 there, 800 needed; 20 too many (2.5 %), 220 missing (27.5 %).',
  ])
})
