// Breaks what the plan wants broken, when it wants it, and takes it back. A fault is recorded as begun only
// when it was seen to have hit: a process that is gone, one that the kernel says is stopped, a link that held
// something back. One that did not hit leaves a run that shows nothing, and says so.

import { setTimeout as sleep } from 'node:timers/promises'
import { readFile } from 'node:fs/promises'
import { isRunning, statFields, until } from '@plimsoll/stores'
import type { FaultRecord, PlannedFault, RunRecord } from '@plimsoll/record'
import type { Deployment } from './platform/index.ts'

export interface FaultPlace {
  readonly deployment: Deployment
  readonly record: RunRecord
  /** Seconds of the run, fractional. */
  readonly second: () => number
  /** Told as it happens. */
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

const proofDeadline_ms = 2_000

/**
 * Plays the faults of one phase that begins at `from_second`; times are multiplied by `duration`, as the
 * phase's own are. Resolves when all are healed.
 */
export async function playFaults(
  faults: readonly PlannedFault[],
  { from_second, duration, place }: { from_second: number; duration: number; place: FaultPlace },
): Promise<void> {
  await Promise.all(
    faults.map(async (fault) => {
      const { kind, part, instance, to } = fault
      const planned_second = from_second + (fault.at_ms * duration) / 1_000
      const entry: FaultRecord = {
        kind,
        part,
        instance,
        planned_second,
        ...(to === undefined ? {} : { to }),
        began_second: null,
        healed_second: null,
        proof: 'its time did not come',
      }
      place.record.faults?.push(entry)
      try {
        await wait(planned_second, place)
        await play(entry, {
          until_second: planned_second + (fault.lasts_ms * duration) / 1_000,
          place,
        })
      } catch (error) {
        if (!place.signal.aborted)
          entry.proof += `; ${error instanceof Error ? error.message : String(error)}`
      }
      if (entry.began_second === null || entry.healed_second === null) missed(entry, place)
    }),
  )
}

async function play(
  entry: FaultRecord,
  { until_second, place }: { until_second: number; place: FaultPlace },
): Promise<void> {
  const { part, instance } = entry
  const { deployment, second, say } = place
  const name = { part, instance }
  const what = faultWords(entry)
  entry.proof = 'it was not seen to hit'
  if (entry.kind === 'cut') {
    const link = deployment.link({ from: part, to: entry.to ?? '' })
    const began = second()
    link.cut()
    say(what)
    await wait(until_second, place).finally(() => link.heal())
    if (link.held === 0) {
      entry.proof = 'nothing passed the link while it was cut'
    } else {
      entry.began_second = began
      entry.proof = `${link.held} messages were held back`
    }
  } else {
    const pid =
      deployment.instances.find((one) => one.part === part && one.instance === instance)?.pid ?? 0
    if (pid === 0) {
      entry.proof = 'there was no such process'
      return
    }
    await deployment.kill({ ...name, signal: entry.kind === 'kill' ? 'SIGKILL' : 'SIGSTOP' })
    const hit = entry.kind === 'kill' ? async () => !(await isRunning(pid)) : () => isStopped(pid)
    if (await until(hit, { deadline_ms: proofDeadline_ms })) {
      entry.began_second = second()
      entry.proof = entry.kind === 'kill' ? `process ${pid} was gone` : `process ${pid} stood still`
    }
    say(what)
    try {
      await wait(until_second, place)
    } finally {
      // Also when the run is broken off: what stands still cannot be put away in peace.
      if (entry.kind === 'freeze') await deployment.kill({ ...name, signal: 'SIGCONT' })
    }
    if (entry.kind === 'kill') await deployment.restart(name)
  }
  entry.healed_second = second()
  say(`${what}: healed`)
}

/** `kill worker 0`, `cut api → queue`. */
export function faultWords({
  kind,
  part,
  instance,
  to,
}: Pick<FaultRecord, 'kind' | 'part' | 'instance' | 'to'>): string {
  return kind === 'cut' ? `cut ${part} → ${to}` : `${kind} ${part} ${instance}`
}

function missed(entry: FaultRecord, { record }: FaultPlace): void {
  record.caveats.push({
    code: 'fault-missed',
    text: `The fault "${faultWords(entry)}" did not come about as planned (${entry.proof}): the run shows nothing about it.`,
    forbids_holds: true,
  })
}

async function wait(until_second: number, { second, signal }: FaultPlace): Promise<void> {
  const left_ms = (until_second - second()) * 1_000
  if (left_ms > 0) await sleep(left_ms, undefined, { signal })
}

/** As the kernel says; where it cannot be asked, the signal is believed. */
async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return statFields(stat)[0] === 'T'
}
