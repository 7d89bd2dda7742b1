import type { Route } from '../routing/route.ts'

/** The parts of the site, in their order. */
export const tabs = [
  { page: 'leaderboard', href: '/', label: 'Leaderboard', short: 'Board', icon: 'podium' },
  { page: 'feed', href: '/feed', label: 'Feed', short: 'Feed', icon: 'feed' },
  { page: 'check-in', href: '/check-in', label: 'Check in', short: 'Check in', icon: 'plus' },
  { page: 'teams', href: '/teams', label: 'Teams', short: 'Teams', icon: 'people' },
  { page: 'events', href: '/events', label: 'Events', short: 'Events', icon: 'calendar' },
] as const

/** Whether a route lies in a part. */
export function isIn(route: Route, page: (typeof tabs)[number]['page']): boolean {
  return route.page === page || (route.page === 'team' && page === 'teams')
}
