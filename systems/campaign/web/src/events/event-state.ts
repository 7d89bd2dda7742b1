import type { CampaignEvent } from '../api/contract.ts'

/** What one can do about an event now. */
export type EventState = 'early' | 'open' | 'full' | 'closed'

/** `full` can still be registered for: that is a place on the waiting list. */
export function eventState(event: CampaignEvent, now: number): EventState {
  if (now < Date.parse(event.opens_at)) return 'early'
  if (now >= Date.parse(event.closes_at)) return 'closed'
  return event.registered < event.capacity ? 'open' : 'full'
}

/** The places of an event, as a sentence. */
export function placeWords({ capacity, registered, waiting }: CampaignEvent): string {
  const taken = `${registered} of ${capacity} places taken`
  return waiting === 0 ? taken : `${taken}, ${waiting} waiting`
}
