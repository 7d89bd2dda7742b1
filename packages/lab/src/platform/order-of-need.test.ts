import { expect, test } from 'vitest'
import { inOrderOfNeed } from './order-of-need.ts'

const parts = ['api', 'worker', 'index'].map((part) => ({ part }))

test('a service starts after the ones it needs', () => {
  const needs: Record<string, string[]> = { api: ['database', 'index'], worker: ['api'] }
  const ordered = inOrderOfNeed(parts, ['database'], (part) => needs[part] ?? [])
  expect(ordered.map(({ part }) => part)).toEqual(['index', 'api', 'worker'])
})

test('services that need each other are refused, each with what it waits for', () => {
  const needs: Record<string, string[]> = { api: ['worker'], worker: ['api'] }
  expect(() => inOrderOfNeed(parts, [], (part) => needs[part] ?? [])).toThrowError(
    expect.objectContaining({
      code: 'needs-unmet',
      faults: [
        expect.objectContaining({ where: 'parts.api.needs' }),
        expect.objectContaining({ where: 'parts.worker.needs' }),
      ],
    }) as Error,
  )
})
