// Response times of every action as a log of HdrHistogram: one line for each second and action.

import { hlogHeader, hlogLine } from '@plimsoll/record'
import type { ToldResult } from './told-result.ts'

/** Tags are `GET /reviews`; of several runs `single-1 GET /reviews`. */
export function hlogText({ runs }: ToldResult): string {
  let text = hlogHeader
  for (const { configuration, repeat, seconds } of runs) {
    const prefix = runs.length === 1 ? '' : `${configuration}-${repeat} `
    for (const { second, actions } of seconds) {
      for (const [action, { response_time }] of actions) {
        if (response_time.count === 0) continue
        const place = { from_second: second, lasts_seconds: 1 }
        text += hlogLine({ tag: prefix + action, ...place, histogram: response_time })
      }
    }
  }
  return text
}
