// What every renderer takes, and the few questions that several of them ask of it.

import type { ConfigurationJudgement, Judgement } from '@plimsoll/judgement'
import type {
  Caveat,
  ExperimentRecord,
  InvariantResult,
  Plan,
  PlannedConfiguration,
  RunRecord,
} from '@plimsoll/record'
import { count, perSecond } from './figures.ts'

/** A judgement and the records it was drawn from. */
export interface Told {
  readonly judgement: Judgement
  readonly record: ExperimentRecord
}

/** `projected from 1:8`, or `measured at full size`. */
export function scaleWords(scale: number): string {
  return scale === 1 ? 'measured at full size' : `projected from 1:${scale}`
}

/** The load line's place when there is none, from what was tried. */
export function missingLineWords({ rungs }: ConfigurationJudgement, scale: number): string {
  const held = rungs.filter((rung) => rung.held > 0).map((rung) => rung.actions_per_second * scale)
  const failed = rungs
    .filter((rung) => rung.failed > 0)
    .map((rung) => rung.actions_per_second * scale)
  if (held.length > 0 && failed.length === 0)
    return `above ${perSecond(Math.max(...held))}: nothing failed`
  if (failed.length > 0 && held.length === 0)
    return `below ${perSecond(Math.min(...failed))}: nothing held`
  return 'not found'
}

/** `4 × api m7g.medium, 1 × database db.m5.large`. */
export function partsWords(configuration: PlannedConfiguration | undefined): string {
  return (configuration?.parts ?? [])
    .map(({ part, size, instances }) => `${instances} × ${part} ${size}`)
    .join(', ')
}

/** The planned configuration of that name. */
export function plannedOf(plan: Plan, name: string): PlannedConfiguration | undefined {
  return plan.configurations.find((configuration) => configuration.name === name)
}

/** The runs of a configuration that tell most: the declared phases, and the longest search. */
export function tellingRuns({ runs }: ExperimentRecord, name: string) {
  const own = runs.filter(
    ({ configuration, seconds }) => configuration === name && seconds.length > 0,
  )
  const steps = ({ stretches }: RunRecord) => stretches.filter(({ kind }) => kind === 'step').length
  const phases = own.findLast(({ stretches }) => stretches.some(({ kind }) => kind === 'phase'))
  const searched = own.filter((run) => run !== phases && steps(run) > 0)
  const search = searched.toSorted((a, b) => steps(b) - steps(a))[0]
  return {
    phases,
    search,
    others: own.length - (phases === undefined ? 0 : 1) - (search === undefined ? 0 : 1),
  }
}

/** A caveat and whom it concerns; null is the whole experiment. */
export interface PlacedCaveat {
  readonly configuration: string | null
  readonly caveat: Caveat
}

/** Every caveat once: those of the experiment first, those that forbid `holds` before the others. */
export function allCaveats({ judgement }: Told): PlacedCaveat[] {
  const placed = [
    ...judgement.caveats.map((caveat) => ({ configuration: null, caveat })),
    ...judgement.configurations.flatMap(({ name, caveats }) =>
      caveats.map((caveat) => ({ configuration: name, caveat })),
    ),
  ]
  return placed.toSorted((a, b) => Number(b.caveat.forbids_holds) - Number(a.caveat.forbids_holds))
}

/** `3 lost, 1 doubled of 1,874 examined`; empty when the invariant holds. */
export function brokenWords(result: InvariantResult): string {
  const faults = (['lost', 'doubled', 'unexpected', 'stale'] as const).filter(
    (key) => result[key] > 0,
  )
  if (faults.length === 0) return ''
  const counts = faults.map((key) => `${count(result[key])} ${key}`).join(', ')
  return `${counts} of ${count(result.examined)} examined`
}

/** The command that repeats the experiment from its plan. */
export function repeatCommand({ experiment, quick }: Plan): string {
  const argument = /^[\w./:@-]+$/.test(experiment)
    ? experiment
    : `'${experiment.replaceAll("'", String.raw`'\''`)}'`
  return `npx --no plimsoll run ${argument}${quick ? ' --quick' : ''}`
}
