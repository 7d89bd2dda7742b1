// Records in, judgement out: a pure function, so a report can be redrawn from its records a year later.

import type { Caveat, ExperimentRecord, Plan, Verdict } from '@plimsoll/record'
import { answerTo } from './answer.ts'
import { bisectionOf, bracketWords } from './bisection.ts'
import { compareAll } from './comparisons.ts'
import { judgeConfigurations } from './configuration-judgement.ts'
import { broken } from './expected-load.ts'
import type { ConfigurationJudgement, Judgement } from './judgement.ts'

/** What the records say. Configurations that were never run are in it too, as inconclusive. */
export function judge(record: ExperimentRecord): Judgement {
  const { plan } = record
  const judged = judgeConfigurations(record)
  const configurations = judged.map((one) => one.judgement)
  const bisection = bisectionOf(record)
  const answer = answerTo(plan, configurations)
  const comparable = judged.filter((one) => one.judgement.load_line_per_second !== null)
  const [cheapest] = configurations
    .filter((one) => one.verdict === 'holds')
    .toSorted((a, b) => a.cost_per_hour_usd - b.cost_per_hour_usd)
  return {
    verdict: verdictOf(configurations),
    answer: bisection === null ? answer : `${answer} ${bracketWords(bisection)}`,
    plan_hash: plan.plan_hash,
    scale: plan.scale,
    configurations,
    comparisons: compareAll(comparable, plan),
    bisection,
    cheapest: cheapest?.name ?? null,
    caveats: experimentCaveats(plan),
  }
}

/** Holds when one configuration does and no invariant broke anywhere. */
function verdictOf(configurations: readonly ConfigurationJudgement[]): Verdict {
  const anyBroken = configurations.some((one) => one.invariants.some((it) => broken(it) > 0))
  if (anyBroken || configurations.every((one) => one.verdict === 'fails')) return 'fails'
  return configurations.some((one) => one.verdict === 'holds') ? 'holds' : 'inconclusive'
}

function experimentCaveats(plan: Plan): Caveat[] {
  if (!plan.quick) return []
  const { counted_seconds, repeats, kept_deployed = false } = plan.search
  const kept = kept_deployed
    ? ', all on one deployment: intervals are as wide as deployments were found to differ'
    : ''
  return [
    {
      code: 'quick',
      text: `A quick run: steps of ${counted_seconds} s, ${repeats} repeats${kept}. Its load lines are rougher than the full form's and may be a few percent high.`,
      forbids_holds: false,
    },
  ]
}
