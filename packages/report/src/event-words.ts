// What happened beside the load, in sentences: what piled up and drained, what was broken, what scaled, which
// alarms would have rung. One wording for the page and for Markdown.

import { alarmsRaised, faultEffects, type ConfigurationJudgement } from '@plimsoll/judgement'
import type { RunRecord } from '@plimsoll/record'
import { duration, estimated, figure, interval } from './figures.ts'
import type { Told } from './told.ts'

/** The sentences of one configuration. */
export interface Events {
  readonly name: string
  readonly sentences: readonly string[]
}

/** Configurations of which there is something to tell, in the order declared. */
export function eventsOf({ judgement, record }: Told): Events[] {
  const alarms = record.plan.alarms ?? []
  return judgement.configurations
    .map((each) => {
      const runs = record.runs.filter((run) => run.configuration === each.name)
      return {
        name: each.name,
        sentences: [
          ...backlogWords(each),
          ...runs.flatMap(faultSentences),
          ...runs.flatMap(lifeSentences),
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
      ? 'had not drained when the run ended'
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

function lifeSentences(run: RunRecord): string[] {
  return (run.instances ?? []).map(
    ({ part, instance, asked_second, booted_second, useful_second, gone_second }) => {
      const after = (second: number | null, words: string) =>
        second === null ? `not ${words}` : `${words} after ${figure(second - asked_second)} s`
      const gone = gone_second === null ? 'stayed' : `gone at second ${Math.round(gone_second)}`
      return `Scaling in run ${run.repeat}: ${part} ${instance} asked for at second ${Math.round(asked_second)}, ${after(booted_second, 'ready')}, ${after(useful_second, 'useful')}, ${gone}.`
    },
  )
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
