// Reads back what RunWriter wrote. A run that was cut off has all its final seconds and its last summary.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Histogram } from '@plimsoll/statistics'
import { readHlog, safeTag } from './hlog.ts'
import {
  noTimes,
  timeNames,
  type ActionTimes,
  type OutcomeCounts,
  type PartSecond,
  type RunRecord,
  type SecondRecord,
} from './run-record.ts'
import type { RunSummary } from './run-writer.ts'

interface TimelineLine {
  readonly second: number
  readonly sessions_alive: number
  readonly actions: Readonly<Record<string, OutcomeCounts>>
}

/** The run in `path`, or undefined when it had not begun to write. */
export async function readRun(path: string): Promise<RunRecord | undefined> {
  const summaryText = await read(path, 'summary.json')
  if (summaryText === '') return undefined
  const summary = JSON.parse(summaryText) as RunSummary
  const seconds = ndjson<TimelineLine>(await read(path, 'timeline.ndjson')).map(secondRecord)
  const parts = ndjson<PartSecond>(await read(path, 'parts.ndjson'))
  const stretches = summary.stretches.map((stretch) => ({
    ...stretch,
    actions: new Map<string, ActionTimes>(),
  }))
  const names = namesByTag(seconds)
  for (const { tag, from_second, histogram } of readHlog(await read(path, 'histograms.hlog'))) {
    const bar = tag.lastIndexOf('|')
    const action = names.get(tag.slice(0, bar)) ?? tag.slice(0, bar)
    const name = tag.slice(bar + 1)
    if (name === 'response_time') {
      const counts = seconds[from_second]?.actions.get(action)
      counts?.response_time.add(histogram)
      counts?.response_time.compact()
      continue
    }
    const stretch = stretches.find((candidate) => candidate.from_second === from_second)
    if (stretch === undefined) continue
    const timeName = timeNames.find((known) => known === name)
    if (timeName === undefined) continue
    const times = stretch.actions.get(action) ?? noTimes()
    stretch.actions.set(action, times)
    times[timeName].add(histogram)
  }
  return { ...summary, seconds, parts, stretches }
}

/** What the actions are called in tags, which cannot hold every name as it is. */
function namesByTag(seconds: readonly SecondRecord[]): ReadonlyMap<string, string> {
  const names = seconds.flatMap(({ actions }) => [...actions.keys()])
  return new Map(names.map((name) => [safeTag(name), name]))
}

function secondRecord({ second, sessions_alive, actions }: TimelineLine): SecondRecord {
  const named = Object.entries(actions).map(([name, counts]) => {
    const { due, ok, failed, unknown, dropped } = counts
    return [name, { due, ok, failed, unknown, dropped, response_time: new Histogram() }] as const
  })
  return { second, sessions_alive, actions: new Map(named) }
}

async function read(path: string, name: string): Promise<string> {
  return readFile(join(path, name), 'utf8').catch(() => '')
}

/** A last line without its line break was cut off and is left out. */
function ndjson<T>(text: string): T[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T)
}
