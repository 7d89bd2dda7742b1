// What every renderer takes, and the few questions that several of them ask of it.

import { partOptionWords, type ConfigurationJudgement, type Judgement } from '@plimsoll/judgement'
import type {
  Caveat,
  ExperimentRecord,
  InvariantResult,
  Plan,
  PlannedConfiguration,
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

/** `4 × api m7g.medium (POOL_SIZE=8), 1 × database db.m5.large`. */
export function partsWords(configuration: PlannedConfiguration | undefined): string {
  return (configuration?.parts ?? [])
    .map((part) => {
      const options = partOptionWords(part)
      const sized = `${part.instances} × ${part.part} ${part.size}`
      return options.length === 0 ? sized : `${sized} (${options.join(', ')})`
    })
    .join(', ')
}

/** The planned configuration of that name. */
export function plannedOf(plan: Plan, name: string): PlannedConfiguration | undefined {
  return plan.configurations.find((configuration) => configuration.name === name)
}

/** A caveat and whom it concerns; null is the whole experiment. */
export interface PlacedCaveat {
  readonly configuration: string | null
  readonly caveat: Caveat
}

/** Every caveat once, with all whom it concerns; those that forbid `holds` first. */
export function allCaveats({ judgement }: Told): PlacedCaveat[] {
  const everybody = judgement.caveats.map((caveat) => ({ name: null, caveat }))
  const own = judgement.configurations.flatMap(({ name, caveats }) =>
    caveats.map((caveat) => ({ name, caveat })),
  )
  const same = Map.groupBy([...everybody, ...own], ({ caveat }) => `${caveat.code} ${caveat.text}`)
  return [...same.values()]
    .flatMap((group): PlacedCaveat[] => {
      const [first] = group
      if (first === undefined) return []
      const names = new Set(group.map(({ name }) => name))
      const all = names.has(null) || names.size === judgement.configurations.length
      return [{ configuration: all ? null : [...names].join(', '), caveat: first.caveat }]
    })
    .toSorted((a, b) => Number(b.caveat.forbids_holds) - Number(a.caveat.forbids_holds))
}

/** What a caveat that forbids `holds` does, and to whom. */
export function cannotHold(configuration: string | null): string {
  return configuration === null ? 'Nothing can hold' : `${configuration} cannot hold`
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
export function repeatCommand({ plan, environment }: ExperimentRecord): string {
  const { experiment, quick } = plan
  const { experiment_file: file = experiment } = environment
  const argument = /^[\w./:@-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`
  return `npx --no plimsoll run ${argument}${quick ? ' --quick' : ''}`
}
