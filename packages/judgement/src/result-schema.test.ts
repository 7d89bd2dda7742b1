import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { judge } from './judge.ts'
import { fixtureRecord } from './record-fixture.ts'
import { resultJson, resultSchema } from './result-json.ts'

const valid = new Ajv2020().compile(resultSchema)

test('the published schema is the one in the code', () => {
  const published = new URL('../../../docs/result.schema.json', import.meta.url)
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(resultSchema)
})

test('every result fits the schema, and a wrong one does not', () => {
  const record = fixtureRecord({ capacities: { a: 100, b: 20 } })
  const result = resultJson(judge(record), record.plan)
  const written: unknown = JSON.parse(JSON.stringify(result))
  expect(valid(written)).toBe(true)
  const empty = resultJson(judge({ ...record, runs: [] }), record.plan)
  expect(valid(JSON.parse(JSON.stringify(empty)))).toBe(true)
  expect(valid({ ...result, verdict: 'perhaps' })).toBe(false)
})
