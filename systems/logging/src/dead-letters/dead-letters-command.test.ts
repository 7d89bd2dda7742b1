import { expect, test } from 'vitest'

import { deadLettersCommand } from './dead-letters-command.ts'

test.each([
  [[]],
  [['bury']],
  [['look', 'closely']],
  [['look', '--all']],
  [['replay', '--limit']],
  [['replay', '--limit', '0']],
  [['replay', '--limit', '1.5']],
  [['purge']],
])('dead-letters %j is refused before anything is asked of the queue', async (args) => {
  const said: string[] = []
  const environment = { QUEUE_URL: 'http://127.0.0.1:1/000000000000/logs' }
  const code = await deadLettersCommand(args, { environment, print: (line) => said.push(line) })
  expect([code, said]).toEqual([3, [expect.stringMatching(/^Expected dead-letters look/)]])
})
