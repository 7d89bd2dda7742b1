import type { ReactNode } from 'react'
import type { CampaignEvent } from '../api/contract.ts'
import { wordsOf } from '../api/refusal.ts'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { exactly } from '../live/time-words.ts'
import { useNow } from '../live/use-now.ts'
import { useAction } from '../resource/use-action.ts'
import { useSite } from '../site.tsx'
import { eventState, placeWords, type EventState } from './event-state.ts'

interface EventCardProps {
  readonly event: CampaignEvent
  readonly reload: () => Promise<void>
}

/** One event: its places, its window, and what one can do about it. */
export function EventCard({ event, reload }: EventCardProps): ReactNode {
  const { session } = useSite()
  const now = useNow(10_000)
  const state = eventState(event, now)
  const change = useAction(async (method: 'POST' | 'DELETE') => {
    try {
      await session.act(`/api/events/${event.id}/register`, { method })
    } finally {
      await reload()
    }
  })
  return (
    <article
      aria-labelledby={`event-${event.id}`}
      className="flex flex-col gap-4 rounded-3xl border border-line bg-card p-5 sm:p-6"
    >
      <div className="flex items-start justify-between gap-3">
        <h2 id={`event-${event.id}`} className="min-w-0 text-xl wrap-anywhere">
          {event.title}
        </h2>
        <Badge event={event} state={state} />
      </div>
      <p className="text-sm text-soft">{windowWords(event, state)}</p>
      <Places event={event} />
      {change.error === undefined ? null : <Notice tone="trouble">{wordsOf(change.error)}</Notice>}
      <div className="mt-auto">
        <Choice
          event={event}
          state={state}
          isBusy={change.isBusy}
          onChoose={(method) => void change.run(method)}
        />
      </div>
    </article>
  )
}

function Places({ event }: { event: CampaignEvent }): ReactNode {
  const share = Math.min(1, event.registered / event.capacity)
  return (
    <div>
      <p className="font-semibold tabular-nums">{placeWords(event)}</p>
      <div aria-hidden="true" className="mt-2 h-2.5 overflow-hidden rounded-full bg-line">
        <div
          className="size-full origin-left rounded-full bg-action transition-transform duration-500"
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  )
}

function Badge({ event, state }: { event: CampaignEvent; state: EventState }): ReactNode {
  const [text, looks] =
    event.status === 'registered'
      ? ['You are in', 'bg-mint text-leaf']
      : event.status === 'waiting'
        ? ['You are waiting', 'bg-glow text-ink']
        : stateBadges[state]
  return (
    <p role="status" className={`shrink-0 rounded-full px-3 py-1 text-sm font-semibold ${looks}`}>
      {text}
    </p>
  )
}

const stateBadges: Readonly<Record<EventState, readonly [string, string]>> = {
  early: ['Not open yet', 'bg-lane text-ink'],
  open: ['Open', 'bg-lane text-ink'],
  full: ['Full', 'bg-blush text-coral'],
  closed: ['Closed', 'bg-line text-ink'],
}

interface ChoiceProps {
  readonly event: CampaignEvent
  readonly state: EventState
  readonly isBusy: boolean
  readonly onChoose: (method: 'POST' | 'DELETE') => void
}

function Choice({ event, state, isBusy, onChoose }: ChoiceProps): ReactNode {
  const about = <span className="sr-only"> {event.title}</span>
  if (event.status !== null && state !== 'closed')
    return (
      <Button tone="quiet" isBusy={isBusy} onClick={() => onChoose('DELETE')}>
        {event.status === 'waiting' ? 'Stop waiting' : 'Give up my place'}
        {about}
      </Button>
    )
  if (state !== 'open' && state !== 'full') return null
  return (
    <Button isBusy={isBusy} onClick={() => onChoose('POST')}>
      {state === 'full' ? 'Join the waiting list' : 'Register'}
      {about}
    </Button>
  )
}

function windowWords({ opens_at, closes_at }: CampaignEvent, state: EventState): string {
  if (state === 'early') return `Registration opens ${exactly(Date.parse(opens_at))}.`
  const closing = state === 'closed' ? 'closed' : 'closes'
  return `Registration ${closing} ${exactly(Date.parse(closes_at))}.`
}
