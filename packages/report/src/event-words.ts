// What happened beside the load, in sentences: what piled up and drained, what was broken, what scaled, which
// alarms would have rung. One wording for the page and for Markdown.

import {
  alarmsRaised,
  bracketWords,
  faultEffects,
  phasesFelt,
  type Bisection,
  type ConfigurationJudgement,
  type Elasticity,
  type Growth,
} from '@plimsoll/judgement'
import type { Plan, RunRecord } from '@plimsoll/record'
import {
  count,
  duration,
  estimated,
  figure,
  interval,
  milliseconds,
  percentage,
} from './figures.ts'
import type { Told } from './told.ts'

/** The sentences of one configuration. */
export interface Events {
  readonly name: string
  readonly sentences: readonly string[]
}

/** Configurations of which there is something to tell, in the order declared. */
export function eventsOf({ judgement, record }: Told): Events[] {
  const alarms = record.plan.alarms ?? []
  const { configurations } = record.plan
  const scales = configurations.some(({ parts }) => parts.some((part) => part.autoscaling))
  return judgement.configurations
    .map((each) => {
      const runs = record.runs.filter((run) => run.configuration === each.name)
      return {
        name: each.name,
        sentences: [
          ...backlogWords(each),
          ...runs.flatMap(faultSentences),
          ...each.elasticity.flatMap(elasticitySentences),
          ...bisectionSentences(each.name, judgement.bisection),
          ...(scales ? runs.flatMap((run) => phaseSentences(run, record.plan.checks)) : []),
          ...runs.flatMap((run) => alarmSentences(run, alarms)),
        ],
      }
    })
    .filter(({ sentences }) => sentences.length > 0)
}

function backlogWords({ backlog }: ConfigurationJudgement): string[] {
  if (backlog === null) return []
  const { grows_from_per_second: from, largest } = backlog
  const grows =
    from === null
      ? 'The backlog was not seen to begin to grow at any rate tried.'
      : `The backlog begins to grow at ${estimated(from)}/s (${interval(from)}/s).`
  if (largest === null) return [grows]
  const { messages, seconds, shrinks_per_second } = largest
  const drained =
    seconds === null
      ? 'had not drained when the load ended'
      : `drained to a tenth in ${duration(seconds)}, by ${figure(shrinks_per_second ?? 0)} messages per second`
  return [grows, `The largest backlog, ${figure(messages)} messages, ${drained}.`]
}

function faultSentences(run: RunRecord): string[] {
  return faultEffects(run).map(({ fault, errors_lasted_seconds, errors, due }) => {
    const { kind, part, instance, to, began_second, healed_second, proof } = fault
    const what = kind === 'cut' ? `cut ${part} → ${to}` : `${kind} ${part} ${instance}`
    const healed =
      healed_second === null || began_second === null
        ? 'never healed'
        : `healed after ${figure(healed_second - began_second)} s`
    const felt =
      errors === 0
        ? 'no request failed'
        : `errors for ${errors_lasted_seconds} s, ${errors} of ${due} requests`
    return `Fault in run ${run.repeat}, second ${Math.round(began_second ?? 0)}: ${what} (${proof}), ${healed}; ${felt}.`
  })
}

function elasticitySentences(found: Elasticity): string[] {
  const { part, repeat, growths, shares } = found
  const grown = growths.map((growth) => growthSentence(growth, { part, repeat }))
  const none = `Scaling in run ${repeat}: no more ${part} was asked for.`
  const of = shares.map((one) => `${part} ${one.instance} ${percentage(one.of_fair_share)}`)
  const fair = `Traffic of instances in run ${repeat}, of a fair share: ${of.join(', ')}.`
  return [
    ...(grown.length === 0 ? [none] : grown),
    ...(of.length === 0 ? [] : [fair]),
    provisioningSentence(found),
  ]
}

function growthSentence(
  growth: Growth,
  { part, repeat }: { readonly part: string; readonly repeat: number },
): string {
  const { instances, needed_second, asked_second, booted_second, useful_second, felt } = growth
  const after = (second: number | null, words: string) =>
    second === null ? `not ${words}` : `${words} ${figure(second - asked_second)} s later`
  const detected =
    needed_second === null
      ? 'before they were needed'
      : `${figure(asked_second - needed_second)} s after they were needed`
  const { due, late, lost } = felt
  const from = needed_second === null ? 'asked for' : 'needed'
  return `Scaling in run ${repeat}: ${instances} more ${part} asked for at second ${Math.round(asked_second)}, ${detected}; ${after(booted_second, 'ready')}, ${after(useful_second, 'all at work')}. Of ${count(due)} requests from ${from} until then, ${count(late)} were late and ${count(lost)} lost.`
}

function bisectionSentences(configuration: string, found: Bisection | null): string[] {
  if (found?.configuration !== configuration) return []
  const tried = found.tried.map(
    ({ boot_ms, verdict, why }) =>
      `${figure(boot_ms / 1_000)} s ${verdict}${why === '' ? '' : ` (${why})`}`,
  )
  return [`${bracketWords(found)} Tried: ${tried.join('; ')}.`]
}

function provisioningSentence(found: Elasticity): string {
  const { part, repeat, had_seconds, needed_seconds, over_seconds, under_seconds } = found
  const share = (seconds: number) =>
    needed_seconds === 0 ? '' : ` (${percentage(seconds / needed_seconds)})`
  return `Instance-seconds of ${part} in run ${repeat}: ${count(had_seconds)} there, ${count(needed_seconds)} needed; ${count(over_seconds)} too many${share(over_seconds)}, ${count(under_seconds)} missing${share(under_seconds)}.`
}

function phaseSentences(run: RunRecord, checks: Plan['checks']): string[] {
  const phases = phasesFelt(run, checks).map(
    ({ phase, due, late, lost, p99_ms }) =>
      `${phase} p99 ${milliseconds(p99_ms)}, ${count(late)} late and ${count(lost)} lost of ${count(due)}`,
  )
  const words = `What users felt in run ${run.repeat}, by phase: ${phases.join('; ')}.`
  return phases.length === 0 ? [] : [words]
}

function alarmSentences(run: RunRecord, alarms: Parameters<typeof alarmsRaised>[0]): string[] {
  const raised = alarmsRaised(alarms, run.parts)
  // One sentence per alarm: a load-line search goes over the edge again and again.
  return [...Map.groupBy(raised, ({ alarm }) => alarm)].map(([alarm, times]) => {
    const first = times[0]?.from_second ?? 0
    const often = times.length === 1 ? 'once' : `${times.length} times`
    return `Alarm in run ${run.repeat}: ${alarm.name} (${alarm.part} ${alarm.metric} above ${alarm.above} for ${alarm.lasts_ms / 1_000} s) rang ${often}, first at second ${first}. ${alarm.remedy}`
  })
}
