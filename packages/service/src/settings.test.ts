import { Type } from 'typebox'
import { expect, test } from 'vitest'

import { readSettings, redacted, SettingsError, type SettingFault } from './settings.ts'

const schema = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080 }),
  VERBOSE: Type.Boolean({ default: false }),
  TOKEN: Type.String({ minLength: 8, secret: true, description: 'Ask the owner of the token.' }),
  URL: Type.String({ pattern: '^postgres://' }),
  LEVEL: Type.Enum(['low', 'high'], { default: 'low' }),
  NAME: Type.Optional(Type.String()),
})

const good = { TOKEN: 'longenough', URL: 'postgres://me:hush@host/db' }

function faultsOf(environment: Record<string, string>): readonly SettingFault[] {
  try {
    readSettings(schema, environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.faults
  }
  return []
}

test('texts of the environment become typed settings, with defaults, and others are ignored', () => {
  expect(readSettings(schema, { ...good, PORT: '80', VERBOSE: 'true', PATH: '/bin' })).toEqual({
    ...good,
    PORT: 80,
    VERBOSE: true,
    LEVEL: 'low',
  })
})

test('all faults are found at once, each with what was expected and found', () => {
  const faults = faultsOf({ PORT: '0x50', VERBOSE: 'yes', TOKEN: 'short', LEVEL: 'middle' })
  expect(faults.map(({ name, expected, found }) => [name, expected, found])).toEqual([
    ['PORT', 'a whole number from 1 to 65535', '"0x50"'],
    ['VERBOSE', 'true or false', '"yes"'],
    ['TOKEN', 'a text', '(secret)'],
    ['URL', 'a text like ^postgres://', 'nothing'],
    ['LEVEL', 'low or high', '"middle"'],
  ])
  expect(faults[2]?.hint).toBe('Ask the owner of the token.')
})

test('settings that depend on each other are at fault together with all others', () => {
  const fault = {
    name: 'NAME',
    expected: 'a text',
    found: 'nothing',
    hint: 'High levels need one.',
  }
  const read = (environment: Record<string, string>) => () =>
    readSettings(schema, { ...good, ...environment }, ({ LEVEL, NAME }) =>
      LEVEL === 'high' && NAME === undefined ? [fault] : [],
    )
  expect(read({ LEVEL: 'high', NAME: 'me' })).not.toThrow()
  expect(read({ LEVEL: 'high', PORT: '0' })).toThrow(/PORT: [^]*NAME: expected a text/)
})

test('an empty value is one that is not given', () => {
  expect(faultsOf({ ...good, URL: '' }).map(({ found }) => found)).toEqual(['nothing'])
})

test('a number outside its bounds is a fault', () => {
  expect(faultsOf({ ...good, PORT: '65536' }).map(({ name }) => name)).toEqual(['PORT'])
})

test('secrets and the passwords of URLs are not shown', () => {
  expect(redacted(schema, readSettings(schema, good))).toMatchObject({
    TOKEN: '(secret)',
    URL: 'postgres://me:(secret)@host/db',
  })
})
