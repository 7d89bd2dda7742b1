/** Where in the site one is. */
export type Route =
  | { readonly page: 'leaderboard' | 'feed' | 'check-in' | 'teams' | 'events' | 'missing' }
  | { readonly page: 'team'; readonly team_id: number }
  | { readonly page: 'enter'; readonly way: 'log-in' | 'register' }

const pages: Readonly<Record<string, Route>> = {
  '/': { page: 'leaderboard' },
  '/feed': { page: 'feed' },
  '/check-in': { page: 'check-in' },
  '/teams': { page: 'teams' },
  '/events': { page: 'events' },
  '/log-in': { page: 'enter', way: 'log-in' },
  '/register': { page: 'enter', way: 'register' },
}

/** The route of a path, with or without the trailing slash. */
export function routeOf(path: string): Route {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  const team = /^\/teams\/(\d{1,15})$/.exec(plain)?.[1]
  if (team !== undefined) return { page: 'team', team_id: Number(team) }
  return Object.hasOwn(pages, plain) ? pages[plain]! : { page: 'missing' }
}
