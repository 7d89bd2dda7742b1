// Real log lines: from the data sets that PLIMSOLL_DATA names, else from our own sample, which has the same ten ways
// of writing a time. A line that does not begin a record belongs to the one before: stack traces stay whole.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of the data sets `loghub` and `elastic-logs`. */
const files = [
  'loghub/Android_2k.log',
  'loghub/Apache_2k.log',
  'loghub/HDFS_2k.log',
  'loghub/HealthApp_2k.log',
  'loghub/Linux_2k.log',
  'loghub/OpenSSH_2k.log',
  'loghub/Spark_2k.log',
  'loghub/Windows_2k.log',
  'loghub/Zookeeper_2k.log',
  'elastic-logs/apache_logs',
  'elastic-logs/kafka0-server.log.2016-12-19-16',
] as const

const sample = join(import.meta.dirname, '../../examples/data/logging/mixed.log')
const isContinued = /^(\s|Caused by:|java\.|org\.)/

/** Records as text, without their line ends. */
export function readLogLines(folder: string | undefined): readonly string[] {
  const paths = folder === undefined ? [sample] : files.map((file) => join(folder, file))
  return paths.flatMap((path) => recordsOf(readFileSync(path, 'utf8')))
}

/** One text per record. */
export function recordsOf(text: string): string[] {
  const records: string[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const last = records.length - 1
    if (isContinued.test(line) && last >= 0) records[last] += `\n${line}`
    else records.push(line)
  }
  return records
}

const levelOf = /\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b/i

/** The level that a line names; `info` when it names none. */
export function levelIn(line: string): string {
  return levelOf.exec(line)?.[0] ?? 'info'
}
