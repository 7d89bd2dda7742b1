// The answer to the plan's question in one plain sentence, honest where there is none.

import type { Plan } from '@plimsoll/record'
import { broken, brokenWords } from './expected-load.ts'
import type { ConfigurationJudgement } from './judgement.ts'

/** One sentence, two where something must be added. */
export function answerTo(plan: Plan, configurations: readonly ConfigurationJudgement[]): string {
  const expected = `${number(plan.expected_per_second)} actions per second`
  const lost = configurations.flatMap((one) =>
    one.invariants.filter((it) => broken(it) > 0).map((it) => `${one.name}, ${brokenWords(it)}`),
  )
  if (lost.length > 0)
    return `No configuration can be trusted: data was broken (${lost.join('; ')}).`
  const holding = configurations
    .filter((one) => one.verdict === 'holds')
    .toSorted((a, b) => a.cost_per_hour_usd - b.cost_per_hour_usd)
  if (plan.plays === 'phases') return phasesAnswer(plan, configurations)
  const [cheapest] = holding
  if (cheapest !== undefined) {
    const among =
      holding.length > 1
        ? `, the cheapest of the ${holding.length} that do`
        : ', the only one that does'
    return `To carry ${expected} takes ${cheapest.name}${among}: ${lineWords(cheapest)}, for ${usd(cheapest.cost_per_hour_usd)} per hour.`
  }
  if (configurations.some((one) => one.caveats.some((it) => it.code === 'limits-not-set'))) {
    return `It cannot be told here what carries ${expected}: CPU limits could not be set on this machine, so the sizes could not be told apart.`
  }
  const forbidding = configurations.flatMap((one) => one.caveats.filter((it) => it.forbids_holds))
  const [reason] = forbidding
  if (reason !== undefined) return `No configuration is shown to carry ${expected}: ${reason.text}`
  const best = configurations
    .filter((one) => one.load_line_per_second !== null)
    .toSorted((a, b) => (b.headroom ?? 0) - (a.headroom ?? 0))[0]
  if (best === undefined)
    return `No configuration is shown to carry ${expected}: no load line was found.`
  const all = configurations.every((one) => one.verdict === 'fails')
  const none = all ? 'No configuration carries' : 'No configuration is shown to carry'
  const cost = `for ${usd(best.cost_per_hour_usd)} per hour`
  return `${none} ${expected}; ${best.name} comes closest: ${lineWords(best)}, ${cost}${phasesWords(best)}.`
}

/** What failed in the declared phases, which no load line shows. */
function phasesWords({ expected_load }: ConfigurationJudgement): string {
  const check = expected_load?.checks.find(({ verdict }) => verdict === 'fails')
  if (check === undefined) return ''
  return `; in the declared phases it does not hold: ${check.check} (${check.found})`
}

/** Where no load line was searched: what happened at the expected load. */
function phasesAnswer(plan: Plan, configurations: readonly ConfigurationJudgement[]): string {
  const names = (verdict: ConfigurationJudgement['verdict']) =>
    configurations.filter((one) => one.verdict === verdict).map((one) => one.name)
  const faults = plan.faults ?? []
  const through =
    faults.length === 0
      ? ''
      : ` through ${faults.length} planned ${faults.length === 1 ? 'fault' : 'faults'}`
  const load = `at ${number(plan.expected_per_second)} actions per second${through}`
  const [holds, fails] = [names('holds'), names('fails')]
  if (holds.length > 0) return `Every check holds ${load} with ${holds.join(', ')}.`
  const [first] = configurations.filter((one) => one.verdict === 'fails')
  const check = first?.expected_load?.checks.find((one) => one.verdict === 'fails')
  if (fails.length > 0)
    return `Not every check holds ${load}: ${fails.join(', ')}${check === undefined ? '' : ` (${check.check}: ${check.found})`}.`
  const [caveat] = configurations.flatMap((one) => one.caveats.filter((it) => it.forbids_holds))
  return `It is not shown that every check holds ${load}${caveat === undefined ? '.' : `: ${caveat.text}`}`
}

function lineWords({ load_line_per_second: line, headroom }: ConfigurationJudgement): string {
  if (line === null) return 'its load line lies above everything that was tried'
  const interval = `95 % interval ${number(line.low)}–${number(line.high)}`
  return `its load line is ${number(line.value)} per second (${interval}), ${times(headroom ?? 0)} the expected load`
}

/** Three digits: more would claim a precision that no interval here has. */
function number(value: number): string {
  return Math.round(Number(value.toPrecision(3))).toLocaleString('en-GB')
}

function times(headroom: number): string {
  return `${Number(headroom.toPrecision(headroom < 1 ? 2 : 3))} times`
}

function usd(value: number): string {
  return `$${value.toFixed(3)}`
}
