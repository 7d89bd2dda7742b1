// The result for other programs: small, stable, with a schema. Everything else is in judgement.json.

import type { Plan, Verdict } from '@plimsoll/record'
import type { Judgement } from './judgement.ts'

/** What `--json FILE` holds. Rates are actions per second at full size. */
export interface Result {
  readonly verdict: Verdict
  readonly plan_hash: string
  readonly scale: number
  readonly configurations: readonly ResultConfiguration[]
}

/** One configuration of the result. */
export interface ResultConfiguration {
  readonly name: string
  readonly verdict: Verdict
  readonly load_line_per_second: {
    readonly value: number
    readonly low: number
    readonly high: number
  } | null
  readonly cost_per_hour_usd: number
  readonly cost_per_million_usd: number | null
  /** `api: cpu`; null when nothing shows what ran out. */
  readonly saturates: string | null
  /** Codes; those of the whole experiment too. */
  readonly caveats: readonly string[]
}

/** The judgement as `--json` writes it. */
export function resultJson(judgement: Judgement, plan: Plan): Result {
  return {
    verdict: judgement.verdict,
    plan_hash: plan.plan_hash,
    scale: plan.scale,
    configurations: judgement.configurations.map((one) => ({
      name: one.name,
      verdict: one.verdict,
      load_line_per_second: one.load_line_per_second,
      cost_per_hour_usd: one.cost_per_hour_usd,
      cost_per_million_usd: one.cost_per_million_usd,
      saturates: one.saturates === null ? null : `${one.saturates.part}: ${one.saturates.resource}`,
      caveats: [...new Set([...judgement.caveats, ...one.caveats].map((caveat) => caveat.code))],
    })),
  }
}

const verdict = { enum: ['holds', 'fails', 'inconclusive'] }
const rate = { type: 'number', exclusiveMinimum: 0 }

/** JSON Schema of `Result`, published as docs/result.schema.json. */
export const resultSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Plimsoll result',
  description:
    'What plimsoll run EXPERIMENT --json FILE writes. Rates are actions per second at full size.',
  type: 'object',
  additionalProperties: false,
  required: ['verdict', 'plan_hash', 'scale', 'configurations'],
  properties: {
    verdict,
    plan_hash: { type: 'string', description: 'SHA-256 of the plan.' },
    scale: { ...rate, description: '8 means measured at 1:8 and multiplied by 8.' },
    configurations: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: [
          'name',
          'verdict',
          'load_line_per_second',
          'cost_per_hour_usd',
          'cost_per_million_usd',
          'saturates',
          'caveats',
        ],
        properties: {
          name: { type: 'string' },
          verdict,
          load_line_per_second: {
            description:
              'The highest rate at which every check holds, with its 95 % interval; null when there is none.',
            type: ['object', 'null'],
            additionalProperties: false,
            required: ['value', 'low', 'high'],
            properties: { value: rate, low: rate, high: rate },
          },
          cost_per_hour_usd: { type: 'number', minimum: 0 },
          cost_per_million_usd: {
            description: 'US dollars per million actions at the load line.',
            type: ['number', 'null'],
            minimum: 0,
          },
          saturates: {
            description: 'Part and resource that ran out first, such as "api: cpu".',
            type: ['string', 'null'],
          },
          caveats: { type: 'array', items: { type: 'string' }, uniqueItems: true },
        },
      },
    },
  },
} as const
