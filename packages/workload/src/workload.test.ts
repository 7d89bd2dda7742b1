import { expect, test } from 'vitest'
import {
  hold,
  persona,
  personaOf,
  perSecond,
  PlimsollError,
  seconds,
  workload,
  type Mix,
} from './index.ts'

const reader = persona({ why: 'reads', live: async () => {} })
const writer = persona({ why: 'writes', live: async () => {} })
const steady = { shape: hold({ at: perSecond(10), for: seconds(10) }) }

test('every fault of a workload is told at once, with its place', () => {
  const faulty = () =>
    workload({
      personas: { reader },
      mix: { reader: -1, wirter: 2 } as Mix<'reader'>,
      phases: {
        one: { ...steady, loadLine: true },
        two: { shape: hold({ at: perSecond(0), for: seconds(0) }), loadLine: true },
      },
      maxSessions: 0,
    })
  let found: unknown
  try {
    faulty()
  } catch (error) {
    found = error
  }
  expect(found).toBeInstanceOf(PlimsollError)
  const places = (found as PlimsollError).faults.map((fault) => fault.where)
  expect(places).toEqual([
    'mix.reader',
    'mix.wirter',
    'phases.two.shape',
    'phases.two.shape',
    'phases',
    'maxSessions',
  ])
})

test('the phase of the load line cannot be left out of the quick form, the others can', () => {
  const asked = { personas: { reader }, mix: { reader: 1 } }
  const { phases } = workload({
    ...asked,
    phases: { steady, more: { ...steady, quick: false }, last: steady },
  })
  expect(phases['more']?.quick).toBe(false)
  const faulty = () => workload({ ...asked, phases: { steady, last: { ...steady, quick: false } } })
  expect(faulty).toThrow(
    expect.objectContaining({
      faults: [expect.objectContaining({ where: 'phases.last.quick' }) as unknown],
    }),
  )
})

test('sessions become personas in the proportion of the mix, the same ones every time', () => {
  const { mix } = workload({
    personas: { reader, writer },
    mix: { reader: 90, writer: 10 },
    phases: { steady },
  })
  const drawn = Array.from({ length: 20_000 }, (_, session) => personaOf(mix, { seed: 1, session }))
  expect(drawn.filter((name) => name === 'writer').length / 20_000).toBeCloseTo(0.1, 1)
  expect(personaOf(mix, { seed: 1, session: 17 })).toBe(drawn[17])
})
