import { useRef, type ReactNode } from 'react'
import type { Standing } from '../api/contract.ts'
import { Emblem } from '../design/emblem.tsx'
import { Link } from '../routing/link.tsx'
import { scoreWords } from './standings.ts'
import { useSlide } from './use-slide.ts'

interface BoardProps {
  readonly standings: readonly Standing[]
  readonly moves: ReadonlyMap<number, number>
}

/** Teams in their order, each on a lane as long as its share of the highest score. */
export function Board({ standings, moves }: BoardProps): ReactNode {
  const list = useRef<HTMLOListElement>(null)
  useSlide(list, standings)
  const highest = Math.max(...standings.map(({ score }) => score), Number.MIN_VALUE)
  return (
    <ol ref={list} role="list" aria-label="Teams by score" className="grid grid-cols-1 gap-2">
      {standings.map((standing) => (
        <Row
          key={standing.team_id}
          standing={standing}
          share={Math.max(0, standing.score / highest)}
          rose={moves.get(standing.team_id) ?? 0}
        />
      ))}
    </ol>
  )
}

interface RowProps {
  readonly standing: Standing
  readonly share: number
  readonly rose: number
}

function Row({ standing, share, rose }: RowProps): ReactNode {
  const { team_id, team_name, score, rank, is_user_team } = standing
  const frame = is_user_team ? 'border-marigold bg-glow border-2' : 'border-line bg-card'
  return (
    <li
      data-key={team_id}
      className={`relative isolate flex min-h-16 items-center gap-2 overflow-hidden rounded-2xl border px-3 sm:gap-4 sm:px-5 ${frame}`}
    >
      <div
        aria-hidden="true"
        className={`absolute inset-0 -z-10 origin-left transition-transform duration-700 ${is_user_team ? 'bg-marigold/25' : 'bg-lane'}`}
        style={{ transform: `scaleX(${share})` }}
      />
      <Rank rank={rank} />
      <Emblem name={team_name} />
      <div className="min-w-0 flex-1 py-2">
        <Link
          href={`/teams/${team_id}`}
          className="line-clamp-2 leading-tight font-semibold wrap-anywhere after:absolute after:inset-0 hover:underline sm:text-lg"
        >
          {team_name}
        </Link>
        {is_user_team ? <p className="text-sm leading-tight font-bold">Your team</p> : null}
      </div>
      <Move rose={rose} />
      <p className="font-display text-lg font-bold tabular-nums sm:text-2xl">
        <span className="sr-only">score </span>
        {scoreWords(score)}
      </p>
    </li>
  )
}

function Rank({ rank }: { rank: number }): ReactNode {
  const isFirst = rank === 1
  return (
    <p
      className={`grid size-8 shrink-0 place-items-center rounded-full font-display text-lg font-extrabold tabular-nums sm:size-10 sm:text-xl ${isFirst ? 'bg-marigold text-on-marigold' : ''}`}
    >
      <span className="sr-only">Rank </span>
      {rank}
    </p>
  )
}

/** How far a team moved with the last change, above its score. */
function Move({ rose }: { rose: number }): ReactNode {
  return (
    <p
      className={`absolute top-1 right-3 text-xs leading-4 font-bold tabular-nums sm:right-5 ${rose > 0 ? 'text-leaf' : 'text-coral'}`}
    >
      {rose === 0 ? null : (
        <>
          <span aria-hidden="true">{rose > 0 ? '▲' : '▼'}</span>
          <span className="sr-only">{rose > 0 ? 'up by ' : 'down by '}</span>
          {Math.abs(rose)}
        </>
      )}
    </p>
  )
}
