// Every part of logging killed in the middle of load, with many seeds.

import {
  killable,
  openFaultGround,
  playStory,
  type Evidence,
} from '../../test/faults/logging/fault-story.ts'
import { writeResults } from '../results.ts'

/** Resolves to whether nothing was lost, doubled or unexpected. */
export async function faultsOfLogging(seeds: number): Promise<boolean> {
  await using ground = await openFaultGround()
  const played: Evidence[] = []
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const fault of killable) {
      const evidence = await playStory(ground, { fault, seed })
      played.push(evidence)
      process.stderr.write(`${JSON.stringify(evidence)}\n`)
    }
  }
  const total = (name: 'accepted' | 'unknown' | 'refused' | 'lost' | 'doubled' | 'unexpected') =>
    played.reduce((sum, evidence) => sum + evidence[name], 0)
  const isClean = played.every(
    ({ lost, doubled, unexpected, under_way, pid_changed }) =>
      lost + doubled + unexpected === 0 && under_way > 0 && pid_changed,
  )
  await writeResults({
    name: 'logging-faults',
    title: 'logging: kill -9 of each part in the middle of load',
    notes: [
      `${seeds} seeds, ${played.length} kills: ${total('accepted')} records accepted, ${total('lost')} lost, ${total('doubled')} doubled, ${total('unexpected')} stored although refused.`,
      'Each record has its id before it is sent. Accepted: answered 201 or 202. Unknown: no answer, or 504; it may be stored or not. Refused: 503.',
      'Every kill fell on requests under way, and the part came back as another process.',
    ],
    rows: killable.map((fault) => rowOf(fault, played)),
    raw: played,
    software: ground.deployment.software,
    smoke: false,
  })
  return isClean
}

function rowOf(fault: string, played: readonly Evidence[]) {
  const own = played.filter((evidence) => evidence.fault === fault)
  const sum = (
    name: 'accepted' | 'unknown' | 'refused' | 'stored' | 'lost' | 'doubled' | 'unexpected',
  ) => own.reduce((all, evidence) => all + evidence[name], 0)
  const most = (name: 'drained_ms' | 'slowest_ms') =>
    Math.max(...own.map((evidence) => evidence[name]))
  return {
    killed: fault,
    times: own.length,
    accepted: sum('accepted'),
    unknown: sum('unknown'),
    refused: sum('refused'),
    stored: sum('stored'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    unexpected: sum('unexpected'),
    drained_at_most_ms: most('drained_ms'),
    slowest_answer_ms: most('slowest_ms'),
  }
}
