import type { Answer } from 'plimsoll'
import { expect, test } from 'vitest'
import { participant } from './participant.ts'

type Start = NonNullable<typeof participant.start>

test('whoever had no answer to their registration is not refused for the name that they have since', async () => {
  const taken: (readonly number[])[] = []
  const answers = ['unknown', 'ok', 'ok'] as const
  const asked: string[] = []
  const http = {
    always: () => undefined,
    post: async (path: string, { ok = [200] }: { ok?: readonly number[] }) => {
      taken.push(ok)
      const outcome = answers[asked.push(path) - 1]
      return { outcome, json: () => ({ access_token: 'x' }) } as unknown as Answer
    },
  }
  const tools = {
    http,
    session: 1,
    phase: () => 'early',
    random: { uuid: () => '01234567-89ab', chance: () => true },
    think: async () => undefined,
  }
  const me = await participant.start?.(tools as unknown as Parameters<Start>[0])
  expect(me).toMatchObject({ user_name: 'runner_1_01234567' })
  expect(asked).toEqual(['/api/auth/register', '/api/auth/register', '/api/auth/login'])
  expect(taken.slice(0, 2)).toEqual([[200], [200, 400]])
})
