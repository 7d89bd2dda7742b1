import { expect, test } from 'vitest'
import type { RunRecord } from '@plimsoll/record'
import { judge } from './judge.ts'
import { fixtureRecord, fixtureSeconds, partRow } from './record-fixture.ts'
import { resultJson } from './result-json.ts'

// Sessions per second on this machine; × 2 actions × 8 for the scale is what the report prints.
const capacities = { single: 40, double: 80, four: 150 }
/** The run, and after it the declared phase at the expected load. */
function withPhase(run: RunRecord, { takes_ms }: { takes_ms: number }): RunRecord {
  const from = run.seconds.length
  run.seconds.push(...fixtureSeconds({ from, count: 30, due: 125, takes_ms }))
  run.stretches.push({
    kind: 'phase',
    name: 'rush',
    sessions_per_second: 62.5,
    from_second: from,
    counted_from_second: from,
    to_second: from + 30,
    measured: true,
    actions: new Map(),
  })
  return run
}

const ofConfiguration = (judgement: ReturnType<typeof judge>, name: string) =>
  judgement.configurations.find((one) => one.name === name)

test('load lines contain the capacity, are scaled up, and cost what the sizes cost', () => {
  const judgement = judge(fixtureRecord({ capacities }))
  for (const [name, capacity] of Object.entries(capacities)) {
    const one = ofConfiguration(judgement, name)
    const line = one?.load_line_per_second
    expect(line?.low).toBeLessThan(capacity * 16)
    expect(line?.high).toBeGreaterThan(capacity * 16)
    expect((line?.high ?? 0) / (line?.low ?? 1)).toBeGreaterThanOrEqual(1.05)
    expect(one?.measured_per_second?.value).toBeCloseTo((line?.value ?? 0) / 8)
    expect(one?.headroom).toBeCloseTo((line?.value ?? 0) / 1_000)
    const perHour = (line?.value ?? 0) * 3_600
    expect(one?.cost_per_million_usd).toBeCloseTo(((one?.cost_per_hour_usd ?? 0) / perHour) * 1e6)
    expect(one?.saturates).toMatchObject({ part: 'api', resource: 'cpu' })
    expect(one?.at_load_line[0]?.response_time.p99_ms).toBeCloseTo(20, 1)
  }
})

test('the cheapest configuration above the expected load is the answer', () => {
  const judgement = judge(fixtureRecord({ capacities }))
  expect(judgement.configurations.map((one) => one.verdict)).toEqual(['fails', 'holds', 'holds'])
  expect(judgement).toMatchObject({ verdict: 'holds', cheapest: 'double' })
  expect(judgement.answer).toMatch(
    /^To carry 1,000 actions per second takes double, the cheapest of the 2 that do: its load line is 1,\d{3} per second \(95 % interval [\d,]+–[\d,]+\), 1\.\d+ times the expected load, for \$0\.200 per hour\.$/,
  )
})

test('what differs is ranked, what does not is called no difference', () => {
  const { comparisons } = judge(fixtureRecord({ capacities: { a: 50, b: 50, c: 100 } }))
  expect(comparisons.map(({ a, b, verdict }) => `${a} ${b} ${verdict}`)).toEqual([
    'a b no difference shown',
    'a c better',
    'b c better',
  ])
  expect(comparisons[1]?.ratio.value).toBeCloseTo(2, 0)
})

test('when nothing carries the load the answer says so and names the closest', () => {
  const judgement = judge(fixtureRecord({ capacities: { a: 20, b: 40 } }))
  expect(judgement).toMatchObject({ verdict: 'fails', cheapest: null })
  expect(judgement.answer).toMatch(/^No configuration carries 1,000 actions per second; b comes/)
})

test('an expected load inside the interval is inconclusive', () => {
  const judgement = judge(fixtureRecord({ capacities: { a: 1_000 / 16 } }))
  expect(judgement.verdict).toBe('inconclusive')
  expect(judgement.answer).toContain('No configuration is shown to carry')
})

test('broken data fails the experiment, however fast it was', () => {
  const judgement = judge(
    fixtureRecord({
      capacities,
      change: (run) =>
        run.configuration === 'four' && run.repeat === 3
          ? { ...run, invariants: run.invariants.map((one) => ({ ...one, lost: 2 })) }
          : run,
    }),
  )
  expect(judgement.verdict).toBe('fails')
  expect(judgement.answer).toContain('data was broken (four, counted: 2 lost of 70)')
})

test('an invariant that found nothing to examine is named, and forbids nothing', () => {
  const judgement = judge(
    fixtureRecord({
      capacities,
      change: (run) => ({
        ...run,
        invariants: run.invariants.map((one) => ({ ...one, examined: 0 })),
      }),
    }),
  )
  const caveats = judgement.configurations.flatMap((one) => one.caveats)
  expect(caveats).toContainEqual(
    expect.objectContaining({ code: 'counted-examined-nothing', forbids_holds: false }),
  )
})

test('without CPU limits sizes cannot be told apart: no line at full size, no ratio, no verdict', () => {
  const caveat = { code: 'limits-not-set', text: 'No permission for cgroups.', forbids_holds: true }
  const judgement = judge(
    fixtureRecord({ capacities, change: (run) => ({ ...run, caveats: [caveat] }) }),
  )
  expect(judgement).toMatchObject({ verdict: 'inconclusive', comparisons: [] })
  expect(judgement.answer).toContain('CPU limits could not be set')
  expect(judgement.configurations[0]).toMatchObject({ load_line_per_second: null, headroom: null })
  expect(judgement.configurations[0]?.measured_per_second?.value).toBeGreaterThan(0)
})

test('a configuration whose every step held has no line but may well hold', () => {
  const onlyHeld = judge(
    fixtureRecord({
      capacities: { big: 150 },
      change: (run) => ({
        ...run,
        stretches: run.stretches.filter((one) => one.verdict === 'holds'),
      }),
    }),
  )
  expect(onlyHeld.configurations[0]).toMatchObject({ load_line_per_second: null, verdict: 'holds' })
  expect(onlyHeld.configurations[0]?.caveats.map((one) => one.code)).toEqual(['nothing-failed'])
  expect(onlyHeld.answer).toContain('its load line lies above everything that was tried')
})

test('a configuration of which no step held fails when it was tried below the expected load', () => {
  const nothing = judge(
    fixtureRecord({
      capacities: { small: 30 },
      change: (run) => ({
        ...run,
        stretches: run.stretches.filter((one) => one.verdict === 'fails'),
      }),
    }),
  )
  expect(nothing.configurations[0]).toMatchObject({ load_line_per_second: null, verdict: 'fails' })
  expect(nothing.configurations[0]?.caveats.map((one) => one.code)).toEqual(['nothing-held'])
  expect(nothing.configurations[0]?.saturates).toMatchObject({ part: 'api', resource: 'cpu' })
})

test('an experiment that was broken off is judged by what there is', () => {
  const record = fixtureRecord({ capacities: { a: 100, b: 100 }, repeats: 2 })
  const judgement = judge({ ...record, runs: record.runs.filter((r) => r.configuration === 'a') })
  expect(judgement.configurations[0]?.caveats.map((one) => one.code)).toEqual(['few-repeats'])
  expect(judgement.configurations[1]?.caveats.map((one) => one.code)).toEqual(['nothing-measured'])
  expect(judgement.configurations[1]).toMatchObject({ verdict: 'inconclusive', rungs: [] })
})

test('of a single repeat nothing is claimed but what was tried', () => {
  const record = fixtureRecord({ capacities: { a: 100, b: 150 }, repeats: 1 })
  const { configurations, comparisons, verdict } = judge(record)
  for (const one of configurations) {
    expect(one).toMatchObject({ load_line_per_second: null, verdict: 'inconclusive' })
    expect(one.caveats).toContainEqual(
      expect.objectContaining({ code: 'one-repeat', forbids_holds: true }),
    )
    expect(one.rungs.length).toBeGreaterThan(2)
  }
  expect({ comparisons, verdict }).toEqual({ comparisons: [], verdict: 'inconclusive' })
})

test.each([
  ['holds', { capacities: { a: 150 }, verdict: 'holds', code: 'nothing-failed' }],
  ['fails', { capacities: { a: 30 }, verdict: 'fails', code: 'nothing-held' }],
])(
  'a search without an edge has one repeat, and says what it shows: every step %s',
  (only, { capacities, verdict, code }) => {
    const record = fixtureRecord({
      capacities,
      repeats: 1,
      change: (run) => ({ ...run, stretches: run.stretches.filter((one) => one.verdict === only) }),
    })
    const [one] = judge(record).configurations
    expect(one).toMatchObject({ verdict, caveats: [{ code }] })
  },
)

test('an invariant that could not be examined is no lost data, and lets nothing hold', () => {
  const judgement = judge(
    fixtureRecord({
      capacities: { four: 150 },
      change: (run) => ({
        ...run,
        invariants: run.invariants.map((one) => ({ ...one, unexamined: 'connection refused' })),
      }),
    }),
  )
  expect(judgement.verdict).toBe('inconclusive')
  expect(judgement.answer).toContain('"counted" could not be examined: connection refused')
})

test('where the check asks for invariants and a run was not looked at, nothing holds', () => {
  const judgement = judge(
    fixtureRecord({
      capacities: { four: 150 },
      change: (run) => (run.repeat === 7 ? { ...run, invariants: [] } : run),
    }),
  )
  expect(judgement.configurations[0]).toMatchObject({
    verdict: 'inconclusive',
    caveats: [{ code: 'invariants-not-examined', forbids_holds: true }],
  })
})

test('a step that was broken off shows nothing', () => {
  const line = (change: (run: RunRecord) => RunRecord) =>
    judge(fixtureRecord({ capacities: { a: 100 }, change })).configurations[0]?.load_line_per_second
  const whole = line((run) => run)
  const cut = line((run) => {
    const first = run.stretches[0]!
    const { verdict: _verdict, ...rest } = first
    // Far below the edge, with an empty second: judged, it would not hold.
    return { ...run, stretches: [{ ...rest, rung: 3, to_second: 1 }, ...run.stretches] }
  })
  expect(cut).toEqual(whole)
})

test('where no step could be decided nothing is claimed, neither that it holds nor that it fails', () => {
  const [one] = judge(
    fixtureRecord({
      capacities: { small: 30 },
      change: (run) => ({
        ...run,
        stretches: run.stretches.map((step) => ({
          ...step,
          verdict: 'inconclusive' as const,
          why: ['response time p99 below 200 ms: only 120 actions counted, 1000 needed'],
        })),
      }),
    }),
  ).configurations
  expect(one).toMatchObject({ load_line_per_second: null, verdict: 'inconclusive' })
  expect(one?.caveats).toMatchObject([{ code: 'nothing-decided' }])
  expect(one?.caveats[0]?.text).toContain('only 120 actions counted')
})

test('a rung is shown at the rate that was asked for, also where its sessions were slowed', () => {
  const [one] = judge(fixtureRecord({ capacities: { a: 100 } })).configurations
  for (const { sessions_per_second, actions_per_second } of one?.rungs ?? []) {
    expect(actions_per_second / sessions_per_second).toBeCloseTo(2, 1)
  }
})

test('a phase that was broken off is not judged', () => {
  const record = fixtureRecord({
    capacities: { a: 100 },
    repeats: 1,
    change: (run) => {
      const from = run.seconds.length
      run.seconds.push(...fixtureSeconds({ from, count: 3, due: 125, takes_ms: 250 }))
      const phase = { kind: 'phase' as const, name: 'rush', measured: true, actions: new Map() }
      const span = { from_second: from, counted_from_second: from, to_second: from + 30 }
      run.stretches.push({ ...phase, ...span, sessions_per_second: 62.5 })
      return run
    },
  })
  expect(judge(record).configurations[0]?.expected_load).toBeNull()
})

test('the declared phases are judged by every check', () => {
  const record = fixtureRecord({
    capacities: { a: 100 },
    repeats: 2,
    change: (run) => withPhase(run, { takes_ms: 250 }),
  })
  const [one] = judge(record).configurations
  expect(one?.verdict).toBe('fails')
  expect(one?.expected_load).toMatchObject({
    verdict: 'fails',
    checks: [
      { check: 'response time p99 below 200 ms', verdict: 'fails', found: 'p99 250 ms (250–250)' },
      { check: 'failures below 0.1 %', verdict: 'holds', found: '0 % (0 %–0 %)' },
      { check: 'invariants', verdict: 'holds', found: '20 promises kept' },
    ],
    actions: [{ action: 'GET /reviews', due: 7_500, ok: 7_500 }],
  })
})

test('where the load line lies above the expected load and a phase fails, the answer says which check', () => {
  const record = fixtureRecord({
    capacities: { a: 100 },
    change: (run) => withPhase(run, { takes_ms: 250 }),
  })
  const judgement = judge(record)
  expect(judgement.verdict).toBe('fails')
  expect(judgement.answer).toMatch(
    /a comes closest: .* 1\.\d+ times the expected load, for \$0\.100 per hour; in the declared phases it does not hold: response time p99 below 200 ms \(p99 250 ms/,
  )
})

test('a generator at its limit in the phases alone shows nothing either', () => {
  const record = fixtureRecord({
    capacities: { a: 100 },
    change: (run) => {
      const played = withPhase(run, { takes_ms: 250 })
      const { from_second, to_second } = played.stretches.at(-1)!
      for (let second = from_second; second < to_second; second += 1) {
        run.parts.push(partRow('generator', { second, cpu_cores: 0.97, limit_cores: null }))
      }
      return played
    },
  })
  const plan = { ...record.plan, plays: 'phases' as const }
  const runs = record.runs.map((run) => ({
    ...run,
    stretches: run.stretches.filter(({ kind }) => kind === 'phase'),
  }))
  const [one] = judge({ ...record, plan, runs }).configurations
  expect(one?.expected_load?.verdict).toBe('fails')
  expect(one?.verdict).toBe('inconclusive')
  expect(one?.caveats.map(({ code }) => code)).toContain('generator-saturated')
})

test('a generator at its limit shows nothing, neither that it holds nor that it fails', () => {
  const busy = partRow('generator', { cpu_cores: 0.96, limit_cores: null })
  const judgement = judge(
    fixtureRecord({
      capacities: { low: 20, high: 150 },
      change: (run) => ({
        ...run,
        parts: run.seconds.map(({ second }) => ({ ...busy, second })),
      }),
    }),
  )
  expect(judgement.configurations.map((one) => one.verdict)).toEqual([
    'inconclusive',
    'inconclusive',
  ])
  expect(judgement.answer).toContain('The load generator itself was at its limit (0.96 cores')
})

test('of a generator of several processes the busiest counts, not their sum', () => {
  const saturatedBy = (cores: readonly number[]) =>
    judge(
      fixtureRecord({
        capacities: { a: 150 },
        change: (run) => ({
          ...run,
          parts: run.seconds.flatMap(({ second }) =>
            cores.map((cpu_cores, instance) => ({
              ...partRow('generator', { cpu_cores, limit_cores: null }),
              second,
              instance,
            })),
          ),
        }),
      }),
    ).configurations[0]?.caveats.map(({ code }) => code)
  expect(saturatedBy([0.6, 0.6])).toEqual([])
  expect(saturatedBy([0.2, 0.95])).toEqual(['generator-saturated'])
})

test('a balancer at its limit shows as little', () => {
  const busy = partRow('balancer', { cpu_cores: 0.97, limit_cores: null })
  const [one] = judge(
    fixtureRecord({
      capacities: { a: 150 },
      change: (run) => ({ ...run, parts: run.seconds.map(({ second }) => ({ ...busy, second })) }),
    }),
  ).configurations
  expect(one?.verdict).toBe('inconclusive')
  expect(one?.caveats.map(({ code }) => code)).toEqual(['balancer-saturated'])
})

test('the same records give the same judgement', () => {
  const record = fixtureRecord({ capacities })
  expect(judge(record)).toEqual(judge(record))
})

test('the result for other programs has exactly the published fields', () => {
  const record = fixtureRecord({ capacities: { a: 100 } })
  const result = resultJson(judge(record), record.plan)
  expect(Object.keys(result)).toEqual(['verdict', 'plan_hash', 'scale', 'configurations'])
  expect(result.configurations[0]).toMatchObject({ name: 'a', saturates: 'api: cpu', caveats: [] })
})
