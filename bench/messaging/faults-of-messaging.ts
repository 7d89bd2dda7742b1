// Every part of messaging killed in the middle of load, with many seeds.

import {
  killable,
  openFaultGround,
  playStory,
  type Evidence,
} from '../../test/faults/messaging/fault-story.ts'
import { writeResults } from '../results.ts'

const wrong = ['lost', 'doubled', 'unexpected', 'gaps', 'reordered', 'disagreed'] as const
const longestErrors_ms = 1_000

/** Resolves to whether every story kept every promise, and errors ended in time after the kill of a store. Needs etcd. */
export async function faultsOfMessaging(seeds: number): Promise<boolean> {
  await using ground = await openFaultGround()
  const played: Evidence[] = []
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const fault of killable) {
      const evidence = await playStory(ground, { fault, seed })
      played.push(evidence)
      process.stderr.write(`${JSON.stringify(evidence)}\n`)
    }
  }
  const total = (name: (typeof counted)[number]) =>
    played.reduce((sum, evidence) => sum + evidence[name], 0)
  await writeResults({
    name: 'messaging-faults',
    title: 'messaging: kill -9 of each part in the middle of load',
    notes: [
      `${seeds} seeds, ${played.length} kills: ${total('acknowledged')} messages acknowledged, ${total('lost')} lost, ${total('doubled')} doubled, ${total('gaps')} numbers missing, ${total('reordered')} out of order.`,
      'Three of four writers send under a client_id and repeat what they are not sure of until it is stored; the others never repeat. Unknown: no answer, or 504; it may be stored or not. Refused: 503.',
      'Disagreed: messages that pages forwards and backwards through the front door do not agree on with the table.',
      'Every kill fell on requests under way, the part was missed while it was dead, and it came back as another process.',
      'Discovery is etcd: the edge goes on with its last list, so that no request fails.',
    ],
    rows: killable.map((fault) => rowOf(fault, played)),
    raw: played,
    software: ground.deployment.software,
    smoke: false,
  })
  return played.every(isClean)
}

const counted = ['acknowledged', 'unknown', 'refused', 'stored', 'repeats', ...wrong] as const

function isClean(evidence: Evidence): boolean {
  const { fault, under_way, pid_changed, is_missed, errors_end_ms, failures } = evidence
  return (
    wrong.every((name) => evidence[name] === 0) &&
    under_way > 0 &&
    pid_changed &&
    is_missed &&
    (fault !== 'store' || errors_end_ms <= longestErrors_ms) &&
    (fault !== 'discovery' || failures === 0)
  )
}

function rowOf(fault: string, played: readonly Evidence[]) {
  const own = played.filter((evidence) => evidence.fault === fault)
  const sums = counted.map((name) => [name, own.reduce((sum, each) => sum + each[name], 0)])
  return {
    killed: fault,
    times: own.length,
    ...(Object.fromEntries(sums) as Record<(typeof counted)[number], number>),
    errors_end_at_most_ms: Math.max(...own.map(({ errors_end_ms }) => errors_end_ms)),
  }
}
