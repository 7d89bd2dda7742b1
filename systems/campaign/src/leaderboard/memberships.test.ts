import { expect, test } from 'vitest'
import { Memberships } from './memberships.ts'

const change = (change: 'joined' | 'left', entry: number, team_id = '7') => ({
  user_id: '1',
  team_id,
  change,
  entry,
})

async function known(...teams: string[]) {
  const memberships = new Memberships(async () => teams)
  await memberships.of('1')
  return { memberships, teams: () => [...(memberships.of('1') as ReadonlySet<string>)] }
}

test('what is told late of a team does not undo what came after it', async () => {
  const { memberships, teams } = await known('3')
  memberships.change(change('joined', 10))
  memberships.change(change('left', 12))
  // By the watch, which looked between the two.
  memberships.change(change('joined', 10))
  expect(teams()).toEqual(['3'])
  // Late, but of another team.
  memberships.change(change('joined', 9, '8'))
  expect(teams()).toEqual(['3', '8'])
})

test('who comes and goes without end is read anew', async () => {
  const { memberships } = await known()
  for (let n = 1; n <= 101; n++) memberships.change(change('joined', n, `${n}`))
  expect(memberships.of('1')).toBeInstanceOf(Promise)
})
