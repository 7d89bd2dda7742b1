// How it was measured, in enough words to doubt it properly.

import type { Check, Plan, PlannedPersona, PlannedPhase, PlannedTask } from '@plimsoll/record'
import { factorOf, groupWords } from '@plimsoll/judgement'
import {
  count,
  counted,
  duration,
  figure,
  milliseconds,
  percentage,
  perSecond,
} from '../figures.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../page/table.ts'
import type { Told } from '../told.ts'
import type { Section } from './section.ts'

/** Personas, phases, mix, search, checks and the plan's identity. */
export function methodologySection({ record: { plan } }: Told): Section {
  const body = html`${playedWords(plan)} ${personaTable(plan)} ${taskTable(plan)}
    ${phaseTable(plan)}
    ${plan.quick && html`<p class="soft">Quick: the phases were played shortened.</p>`}
    <dl>
      <dt>Checks</dt>
      <dd>${plan.checks.map(checkWords).join('; ')}</dd>
      <dt>Expected load</dt>
      <dd>${perSecond(plan.expected_per_second)} (actions)</dd>
      <dt>Sessions alive</dt>
      <dd>
        at most ${count(plan.max_sessions)}; an arrival beyond is dropped and counts as failed
      </dd>
      ${
        plan.setup.length > 0 &&
        html`<dt>Before each run</dt>
          <dd>${plan.setup.join('; ')}; made through the front door and not counted</dd>`
      }
      ${
        plan.pauses_share < 1 &&
        html`<dt>Pauses</dt>
          <dd>
            ${percentage(plan.pauses_share)} of each pause of a user was played. That changes how
            many sessions live at once, not how many actions are due in a second.
          </dd>`
      }
      <dt>Seed</dt>
      <dd>${String(plan.seed)}</dd>
      <dt>Plan</dt>
      <dd><code>${plan.plan_hash}</code></dd>
      <dt>Workload</dt>
      <dd><code>${plan.workload_hash}</code></dd>
    </dl>`
  return { id: 'methodology', title: 'How it was measured', body }
}

function playedWords(plan: Plan): Markup {
  const { scale } = plan
  return html`<p>
      Every configuration was played the same sequence: session <em>n</em> has the same persona,
      data and random numbers everywhere, and only its due time depends on the rate.
      ${
        scale !== 1 &&
        html`One vCPU was an ${ordinal(scale)} of a core here (1:${scale}), set as a CPU limit after
        boot and warm-up; rates are projected by that factor, memory and disk are not scaled. `
      }
    </p>
    <p>${plan.plays === 'phases' ? phasesWords(plan) : searchWords(plan)}</p>`
}

function phasesWords({ search }: Plan): Markup {
  return html`No load line was searched: the declared phases were played,
  ${counted(search.repeats, 'time')}, interleaved over the configurations. Every check is judged on
  the measured phases of all runs together, by a bootstrap over one-second blocks.`
}

function searchWords({ search, phases }: Plan): Markup {
  const played = phases.find(({ load_line }) => load_line)?.name
  const above = figure((factorOf(search.ladder_sessions_per_second) - 1) * 100)
  return html` The search plays the mix of
  ${played === undefined ? 'the measured phase' : html`<em>${played}</em>`} on a ladder of rates,
  each ${above} % above the one before: up in growing strides until a step fails, then halving.
  Steps follow each other as soon as their answers are in, after one that did not hold when no
  session is left; of each, ${counted(search.counted_seconds, 'second')} and at least
  ${counted(search.counted_actions, 'action')} count once it has settled. A step holds, fails or
  shows neither by a bootstrap over one-second blocks. The rungs around the edge are repeated
  ${count(search.repeats)} times, interleaved over the
  configurations${
    search.kept_deployed === true && ', each of which stays deployed and warm until its next turn'
  }.
  The load line is the rate at which half hold; its 95&nbsp;% interval is a bootstrap over the
  repeats, never narrower than
  ${search.kept_deployed === true ? 'deployments were found to differ' : 'one rung'}.`
}

function ordinal(scale: number): string {
  const words: Readonly<Record<number, string>> = { 8: 'eighth' }
  return words[scale] ?? `${figure(scale)}th`
}

function personaTable({ personas }: Plan): Markup {
  const total = personas.reduce((sum, { weight }) => sum + weight, 0)
  return table<PlannedPersona>({
    caption: 'Personas: who uses the system',
    rows: personas,
    columns: [
      { title: 'Persona', cell: ({ name }) => name },
      { title: 'Weight', number: true, cell: ({ weight }) => figure(weight) },
      {
        title: 'Share of sessions',
        number: true,
        cell: ({ weight }) => percentage(total === 0 ? 0 : weight / total),
      },
      { title: 'Why', cell: ({ why }) => why },
    ],
  })
}

interface TaskRow extends PlannedTask {
  readonly persona: string
  /** Of its persona's tasks. */
  readonly share: number
}

/** What each persona does again and again; nothing when none has tasks. */
function taskTable({ personas }: Plan): Markup | false {
  const rows = personas.flatMap(({ name: persona, tasks }): TaskRow[] => {
    const total = tasks.reduce((sum, { weight }) => sum + weight, 0)
    return tasks.map((task) => ({ ...task, persona, share: total === 0 ? 0 : task.weight / total }))
  })
  if (rows.length === 0) return false
  return table<TaskRow>({
    caption: 'Tasks: what each persona does again and again, drawn by weight',
    rows,
    columns: [
      { title: 'Persona', cell: ({ persona }) => persona },
      { title: 'Task', cell: ({ name }) => name },
      { title: 'Weight', number: true, cell: ({ weight }) => figure(weight) },
      { title: 'Share', number: true, cell: ({ share }) => percentage(share) },
      { title: 'Why', cell: ({ why }) => why },
    ],
  })
}

function phaseTable({ phases }: Plan): Markup {
  return table<PlannedPhase>({
    caption: 'Phases: how the load goes, as declared',
    rows: phases,
    columns: [
      { title: 'Phase', cell: ({ name }) => name },
      { title: 'Shape', cell: ({ shape }) => shape },
      { title: 'Lasts', number: true, cell: ({ lasts_ms }) => duration(lasts_ms / 1_000) },
      {
        title: 'Arrivals',
        cell: ({ model, spacing }) => (model === 'open' ? `open, ${spacing}` : 'closed'),
      },
      {
        title: 'Mix',
        cell: ({ mix }) =>
          Object.entries(mix)
            .map(([name, weight]) => `${name} ${figure(weight)}`)
            .join(', '),
      },
      { title: 'Purpose', cell: purpose },
    ],
  })
}

function purpose({ load_line, measured }: PlannedPhase): string {
  if (load_line) return 'measured; its mix gives the load line'
  return measured ? 'measured' : 'not measured'
}

/** A check as people say it: `response time p99 below 200 ms`. */
export function checkWords(check: Check): string {
  if (check.kind === 'invariants') return 'no invariant broken'
  if (check.kind === 'backlog') {
    return check.oldest_below_ms === undefined
      ? 'backlog does not grow'
      : `oldest message below ${milliseconds(check.oldest_below_ms)}`
  }
  if (check.kind === 'failures') return `failures below ${percentage(check.below_share)}`
  return `response time p${figure(check.quantile * 100)}${groupWords(check)} below ${milliseconds(check.below_ms)}`
}
