import { useEffect, type ReactNode } from 'react'
import type { CampaignEvent } from '../api/contract.ts'
import { ButtonLink } from '../design/button.tsx'
import { Empty, NotLoaded } from '../design/empty.tsx'
import { PageHead } from '../design/page-head.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { useResource } from '../resource/use-resource.ts'
import { useSessionView, useSite } from '../site.tsx'
import { EventCard } from './event-card.tsx'
import { NewEventForm } from './new-event-form.tsx'

const path = '/api/events'
const lookEvery_ms = 10_000

/** What one can take part in. */
export function EventsPage(): ReactNode {
  const { state } = useSessionView()
  return (
    <div>
      <PageHead title="Events" />
      {state === 'none' ? (
        <Empty title="Events are for those who take part.">
          <div className="flex flex-wrap justify-center gap-3">
            <ButtonLink href="/log-in?next=/events">Log in</ButtonLink>
            <ButtonLink href="/register?next=/events" tone="quiet">
              Register
            </ButtonLink>
          </div>
        </Empty>
      ) : (
        <Events />
      )}
    </div>
  )
}

function Events(): ReactNode {
  const { session } = useSite()
  const { user_name, state } = useSessionView()
  const events = useResource(
    `events of ${user_name}`,
    (signal) => session.look<CampaignEvent[]>(path, { signal }),
    { every: lookEvery_ms },
  )
  const { reload } = events
  useEffect(() => {
    if (state === 'open') void reload()
  }, [state, reload])
  return (
    <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <EventList events={events.value} error={events.error} reload={events.reload} />
      {/* Not before the list is there: it would be pushed down by it. */}
      {events.value === undefined ? null : <NewEventForm onCreated={events.reload} />}
    </div>
  )
}

interface EventListProps {
  readonly events: readonly CampaignEvent[] | undefined
  readonly error: unknown
  readonly reload: () => Promise<void>
}

function EventList({ events, error, reload }: EventListProps): ReactNode {
  if (events === undefined)
    return error === undefined ? (
      <Loading what="events">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Skeleton className="h-52" />
          <Skeleton className="h-52" />
        </div>
      </Loading>
    ) : (
      <NotLoaded what="The events" error={error} onRetry={() => void reload()} />
    )
  if (events.length === 0) return <Empty title="No event is planned." />
  return (
    <ul role="list" className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {events.map((event) => (
        <li key={event.id} className="grid">
          <EventCard event={event} reload={reload} />
        </li>
      ))}
    </ul>
  )
}
