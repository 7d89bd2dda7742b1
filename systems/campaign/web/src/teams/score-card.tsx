import type { ReactNode } from 'react'
import type { LastCheckin, ScoreInfo } from '../api/contract.ts'
import { Card } from '../design/card.tsx'
import { Moment } from '../design/moment.tsx'
import { scoreWords } from '../leaderboard/standings.ts'
import { spanWords } from '../live/time-words.ts'
import { scoreParts } from './score-parts.ts'

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** What a score is made of, and what would raise it. */
export function ScoreCard({
  info,
  memberCount,
}: {
  info: ScoreInfo
  memberCount: number
}): ReactNode {
  const parts = scoreParts(info)
  const { members, newMembers, spread_hours, fromMembers, fromNewMembers, score } = parts
  const share = score === 0 ? 0 : fromMembers / score
  return (
    <Card title="Score">
      <p className="font-display text-6xl leading-none font-extrabold tracking-tight tabular-nums">
        {scoreWords(score)}
      </p>
      <div
        aria-hidden="true"
        className="mt-5 flex h-4 gap-1 overflow-hidden rounded-full bg-line *:origin-left *:transition-all *:duration-700"
      >
        <div className="bg-leaf" style={{ width: `${share * 100}%` }} />
        <div className="grow bg-marigold" />
      </div>
      <dl className="mt-5 grid grid-cols-1 gap-x-8 gap-y-5 sm:grid-cols-2">
        <Part name="From members" figure={scoreWords(fromMembers)} dot="bg-leaf">
          {plain.format(members)} ÷ (0.05 × ({plain.format(spread_hours)} h + 1))
        </Part>
        <Part
          name="From new customers"
          figure={`+ ${scoreWords(fromNewMembers)}`}
          dot="bg-marigold"
        >
          3 × {plain.format(newMembers)}
        </Part>
      </dl>
      <div className="mt-6 grid grid-cols-1 gap-x-8 gap-y-5 border-t border-line pt-6 sm:grid-cols-2">
        <CheckinMoment name="Longest without a check-in" checkin={info.earliest_checkin} />
        <CheckinMoment name="Most recent" checkin={info.latest_checkin} />
      </div>
      <p className="mt-6 rounded-2xl bg-glow px-4 py-3">{advice(memberCount, spread_hours)}</p>
      <p className="mt-4 text-sm text-soft">
        Whoever is in several teams counts in each for their share: in two teams for ½. Members who
        have not checked in yet count from the campaign’s start.
      </p>
    </Card>
  )
}

interface PartProps {
  readonly name: string
  readonly figure: string
  readonly dot: string
  readonly children: ReactNode
}

function Part({ name, figure, dot, children }: PartProps): ReactNode {
  return (
    <div>
      <dt className="flex items-center gap-2 font-semibold">
        <span aria-hidden="true" className={`size-3 rounded-full ${dot}`} />
        {name}
      </dt>
      <dd>
        <span className="font-display text-2xl font-bold tabular-nums">{figure}</span>
        <span className="block text-sm text-soft tabular-nums">{children}</span>
      </dd>
    </div>
  )
}

function CheckinMoment({
  name,
  checkin,
}: {
  name: string
  checkin: LastCheckin | null
}): ReactNode {
  return (
    <div>
      <p className="text-sm text-soft">{name}</p>
      {checkin === null ? (
        <p className="font-semibold">None yet</p>
      ) : (
        <p className="font-semibold wrap-anywhere">
          {checkin.name}, <Moment iso={checkin.time} />
        </p>
      )}
    </div>
  )
}

function advice(memberCount: number, spread_hours: number): string {
  if (memberCount === 0) return 'A team without members has no score. Join it!'
  if (memberCount === 1) return 'Bring a friend: every member raises the score.'
  if (spread_hours < 1)
    return `Well timed: your last check-ins lie within ${spanWords(spread_hours)}.`
  return `Your last check-ins lie ${spanWords(spread_hours)} apart. Check in together, and the score jumps.`
}
