import type { ReactNode } from 'react'
import { ago, exactly } from '../live/time-words.ts'
import { useNow } from '../live/use-now.ts'

/** How long ago something was; the exact time for those who point at it. */
export function Moment({ iso }: { iso: string }): ReactNode {
  const now = useNow(30_000)
  const then = Date.parse(iso)
  return (
    <time dateTime={iso} title={exactly(then)}>
      {ago(then, now)}
    </time>
  )
}
