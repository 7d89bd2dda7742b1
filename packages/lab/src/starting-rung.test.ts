import { expect, test } from 'vitest'
import type { PartSecond, PlannedConfiguration } from '@plimsoll/record'
import { guessFromCpu, nearestRung, startingRung, type FoundEdge } from './starting-rung.ts'

const configuration = {
  name: 'horizontal',
  parts: [
    { part: 'api', instances: 2, limit_cores: 0.125 },
    { part: 'database', instances: 1, limit_cores: 0.25 },
  ],
} as unknown as PlannedConfiguration

function row(part: string, instance: number, cpu_cores: number): PartSecond {
  return { second: 3, part, instance, cpu_cores } as PartSecond
}

test('the part that would run out of CPU first gives the guess', () => {
  const parts = [row('api', 0, 0.05), row('api', 1, 0.05), row('database', 0, 0.05)]
  // 100/s use 0.1 of the 0.25 cores of the api, 0.05 of the 0.25 cores of the database.
  expect(guessFromCpu({ parts, configuration, sessions_per_second: 100 })).toBe(250)
})

test('the guess is corrected by how far the last one was off', () => {
  const ladder = [50, 100, 200, 400]
  const edge = { steps: [], highest_held: 3, lowest_not_held: null, found: false }
  const edges: FoundEdge[] = [{ configuration, edge, guessed_per_second: 200 }]
  expect(startingRung({ ladder, guessed_per_second: 100, edges })).toBe(2)
  expect(startingRung({ ladder, guessed_per_second: 100, edges: [] })).toBe(1)
})

test('a rate below the ladder is its lowest rung', () => {
  expect(nearestRung([10, 20, 40], 1)).toBe(0)
  expect(nearestRung([10, 20, 40], 39)).toBe(1)
})
