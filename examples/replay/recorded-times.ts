// The instants of a recorded access log: of the data set `nasa-http` where PLIMSOLL_DATA names its folder, else of our
// own sample, which has the same form.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seconds, type Milliseconds } from 'plimsoll'

const sample = join(import.meta.dirname, '../data/arrivals/requests.tsv')
const timeColumn = 2

/** When each request was recorded, in its order. Throws with the line that has no time. */
export function readRecordedTimes(folder: string | undefined): readonly Milliseconds[] {
  const file = folder === undefined ? sample : join(folder, 'nasa-http/nasa_19950701.tsv')
  const [, ...lines] = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line, n) => {
      const text = line.split('\t')[timeColumn] ?? ''
      if (!/^\d+$/.test(text)) {
        throw new Error(`${file}:${n + 2}: expected seconds in the third column, found "${text}"`)
      }
      return seconds(Number(text))
    })
}
