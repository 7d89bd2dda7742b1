import { expect, test } from 'vitest'
import { figure } from '../figures.ts'
import { answered, empty } from '../fixture/fixture.ts'
import { format, withFormats } from './chart-option.ts'
import { drawSvg } from './draw-svg.ts'
import { ladderChart, ladderHeight } from './ladder-chart.ts'
import { loadLineChart } from './load-line-chart.ts'
import { partsChart, partsHeight } from './parts-chart.ts'
import { timelineChart, timelineHeight } from './timeline-chart.ts'
import { buckets, bucketWidth } from './thinning.ts'

const { judgement, record } = answered()
const run = record.runs[0]!
const configuration = judgement.configurations[0]!
const svg = (option: Parameters<typeof drawSvg>[0], height: number) =>
  drawSvg(option, { width: 800, height, id: 'x' })

test('the load-line picture shows every configuration, its interval and the expected load', () => {
  const drawn = svg(loadLineChart({ judgement, expected_per_second: 1_000 }), 320)
  for (const text of ['single', 'both', '1,610/s (1,540–1,680)', 'expected 1,000/s']) {
    expect(drawn).toContain(`>${text}</text>`)
  }
})

test('a configuration without a load line says so in the picture', () => {
  const drawn = svg(
    loadLineChart({ judgement: empty().judgement, expected_per_second: 1_000 }),
    320,
  )
  expect(drawn.match(/no load line found/g)).toHaveLength(4)
})

test('a timeline shows due, ok, quantiles, sessions and whether each step held', () => {
  const drawn = svg(timelineChart(run, { points: 100 }), timelineHeight())
  for (const text of ['due', 'ok', 'p50', 'p99', 'sessions', '✓', '✕']) {
    expect(drawn).toContain(`>${text}</text>`)
  }
})

test('outcomes that did not occur are left out of the legend', () => {
  const vertical = record.runs.find(
    (each) => each.configuration === 'vertical' && each.repeat === 2,
  )!
  expect(svg(timelineChart(vertical, { points: 100 }), timelineHeight())).not.toContain('>not ok<')
})

test('each part is drawn against its limit, and what has none in cores', () => {
  const drawn = svg(partsChart(run, { points: 100 }), partsHeight(run))
  for (const text of ['api', 'database', 'generator', 'CPU, % of its limit (all instances)']) {
    expect(drawn).toContain(`>${text}</text>`)
  }
})

test('a ladder shows the bound, the load line and rates at full size', () => {
  const drawn = svg(ladderChart({ configuration, plan: record.plan }), ladderHeight)
  for (const text of ['200 ms', '∞', '900/s', 'steps that held, %'])
    expect(drawn).toContain(`>${text}</text>`)
})

test('a long run is thinned to the points asked for', () => {
  const seconds = Array.from({ length: 1_001 }, (_, second) => second)
  const width = bucketWidth(seconds.length, 240)
  expect(width).toBe(5)
  expect(buckets(seconds, width).length).toBeLessThanOrEqual(240)
  expect(buckets(seconds, width).flat()).toEqual(seconds)
})

test('options are plain JSON, and formatters come back as functions', () => {
  const option = timelineChart(run, { points: 100 })
  expect(JSON.parse(JSON.stringify(option))).toEqual(
    JSON.parse(JSON.stringify(structuredClone(option))),
  )
  const revived = withFormats({ formatter: format('ms') }, figure) as {
    formatter: (n: unknown) => string
  }
  expect(revived.formatter(1_234.5)).toBe('1,235 ms')
  expect(revived.formatter(null)).toBe('–')
})

test('an autoscaled part shows its instances, what was needed, and when new ones were asked for and ready', () => {
  const planned = record.plan.configurations[0]!.parts[0]!
  const autoscaling = {
    least: 1,
    most: 2,
    policy: { kind: 'cpu', target_share: 0.6 },
    notice_ms: 1_000,
    boot_ms: 1_000,
    cooldown_ms: 1_000,
  } as const
  const part = { ...planned, autoscaling }
  const { second } = run.seconds[Math.floor(run.seconds.length / 2)]!
  const phase = {
    ...run.stretches[0]!,
    kind: 'phase' as const,
    from_second: run.seconds[0]!.second,
    to_second: run.seconds.at(-1)!.second + 1,
  }
  const life = { part: part.part, instance: 1, useful_second: null, gone_second: null }
  const lives = [{ ...life, asked_second: second, booted_second: second + 2 }]
  const scaled = [part]
  const shown = { ...run, stretches: [phase], instances: lives }
  const drawn = svg(timelineChart(shown, { points: 100, scaled }), timelineHeight(scaled))
  for (const text of [`${part.part} instances`, `${part.part} needed`, '+1 asked', '+1 ready']) {
    expect(drawn).toContain(`>${text}</text>`)
  }
})
