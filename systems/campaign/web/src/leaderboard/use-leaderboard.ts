import { useEffect, useState } from 'react'
import type { Standing } from '../api/contract.ts'
import { follow, type Link } from '../live/follow.ts'
import { useIsSeen } from '../live/use-is-seen.ts'
import { useSessionView, useSite } from '../site.tsx'
import { movesBetween, newsOf } from './standings.ts'

export interface Leaderboard {
  readonly standings: readonly Standing[] | undefined
  /** By how many ranks teams rose in the last seconds. */
  readonly moves: ReadonlyMap<number, number>
  /** How the reader's teams moved lately, as a sentence. */
  readonly news: string
  readonly link: Link
}

interface Watched extends Leaderboard {
  /** What moves are told against. */
  readonly before: readonly Standing[] | undefined
}

const path = '/api/team/leaderboard/'
const key = 'leaderboard'
/** How long a move stands beside its team; in a rush scores change several times a second. */
const movesStand_ms = 6_000
const still: ReadonlyMap<number, number> = new Map()

/** The leaderboard, as it moves. */
export function useLeaderboard(): Leaderboard {
  const { session, loadedBefore } = useSite()
  const { user_name, state } = useSessionView()
  const isSeen = useIsSeen()
  const [board, setBoard] = useState<Watched>(() => {
    const standings = loadedBefore.get(key) as readonly Standing[] | undefined
    return { standings, before: standings, moves: still, news: '', link: 'connecting' }
  })
  useEffect(() => {
    // A browser opens six connections to one place: tabs that nobody looks at must not hold them.
    if (!isSeen) return undefined
    const over = new AbortController()
    const take = (standings: readonly Standing[]) => {
      if (over.signal.aborted) return
      loadedBefore.set(key, standings)
      setBoard((board) => changed(board, standings))
    }
    const poll = async (signal: AbortSignal) =>
      take(await session.read<Standing[]>(path, { signal }))
    const onLink = (link: Link) => setBoard((board) => ({ ...board, link }))
    const open = (signal: AbortSignal) => session.openStream(`${path}stream`, signal)
    void follow(
      { open, poll, onLink, onEvent: ({ data }) => take(JSON.parse(data) as Standing[]) },
      over.signal,
    )
    return () => over.abort()
    // Another reader has other teams: the stream is opened anew.
  }, [session, loadedBefore, user_name, state, isSeen])
  useEffect(() => {
    const timer = setInterval(() => setBoard(settled), movesStand_ms)
    return () => clearInterval(timer)
  }, [])
  return board
}

function changed(board: Watched, standings: readonly Standing[]): Watched {
  const before = board.before ?? standings
  return { ...board, standings, before, moves: movesBetween(before, standings) }
}

/** What moved until now is told, and is no news any more. */
function settled(board: Watched): Watched {
  const { before = [], standings = [], moves } = board
  if (moves.size === 0) return { ...board, before: board.standings }
  const news = newsOf(before, standings) || board.news
  return { ...board, before: board.standings, moves: still, news }
}
