// What people did on a day, as they tell it when they check in: real rows of the data set `fitbit-activity` where
// PLIMSOLL_DATA names data sets, else our own sample, which has the same columns.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const file = 'dailyActivity_merged.csv'
const sample = join(import.meta.dirname, '../../examples/data/campaign', file)

/** One text per row. */
export function readActivity(folder: string | undefined): readonly string[] {
  const path = folder === undefined ? sample : join(folder, 'fitbit-activity', file)
  return activityIn(readFileSync(path, 'utf8'))
}

/** One text per row of a CSV with these columns, wherever they stand; a day without a step is one, too. */
export function activityIn(text: string): string[] {
  const [head = '', ...rows] = text.split(/\r?\n/).filter((line) => line !== '')
  const columns = head.split(',')
  const place = (name: string) => {
    const found = columns.indexOf(name)
    if (found < 0) throw new Error(`${file}: expected a column ${name}, found ${head}`)
    return found
  }
  const [date, steps, distance, calories] = [
    place('ActivityDate'),
    place('TotalSteps'),
    place('TotalDistance'),
    place('Calories'),
  ]
  return rows.map((row) => {
    const cells = row.split(',')
    const kilometres = Number(cells[distance]).toFixed(1)
    return `${cells[date]}: ${cells[steps]} steps, ${kilometres} km, ${cells[calories]} kcal`
  })
}
