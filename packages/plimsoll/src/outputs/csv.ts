// Every action in every second as a row of CSV.

import { stretchAt } from './stretch-at.ts'
import type { ToldResult } from './told-result.ts'

const head =
  'configuration,repeat,second,phase,measured,action,due,ok,failed,unknown,dropped,p50_ms,p90_ms,p99_ms,max_ms,sessions_alive'

/** Times are response times of ok answers, empty where there was none. */
export function csvText({ runs }: ToldResult): string {
  const rows = [head]
  for (const run of runs) {
    for (const { second, actions, sessions_alive } of run.seconds) {
      const stretch = stretchAt(run, second)
      for (const [action, counts] of actions) {
        const { due, ok, failed, unknown, dropped, response_time: times } = counts
        const quantile = (q: number) =>
          times.count === 0 ? '' : (times.quantile(q) / 1_000).toFixed(3)
        rows.push(
          [
            field(run.configuration),
            stretch?.repeat ?? run.repeat,
            second,
            field(stretch?.name ?? ''),
            stretch?.measured ?? false,
            field(action),
            due,
            ok,
            failed,
            unknown,
            dropped,
            quantile(0.5),
            quantile(0.9),
            quantile(0.99),
            quantile(1),
            sessions_alive,
          ].join(','),
        )
      }
    }
  }
  return `${rows.join('\n')}\n`
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
