import { expect, test } from 'vitest'
import { requireActions } from './require-actions.ts'

const sessions = { started: 20, ended: 0, cut_short: 20, dropped: 0, errors: ['buyer: no price'] }

test('a workload that never sends a request is refused, with what its personas threw', () => {
  const seconds = [{ second: 0, actions: new Map(), sessions_alive: 3 }]
  expect(() => requireActions({ seconds, sessions })).toThrow(
    expect.objectContaining({
      code: 'nothing-was-sent',
      faults: [{ where: 'persona', problem: 'buyer: no price' }],
    }),
  )
})
