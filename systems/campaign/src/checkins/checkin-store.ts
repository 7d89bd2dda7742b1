// Check-ins: a post, its entry in the ledger and the scores of the user's teams, in one transaction. One statement
// carries those of many requests; what it does is `check_in` of migrations/0002_functions.sql.

import { plainArray, statement, textArray, type Coalescer } from '@plimsoll/service'

import { movedScore, type ScoreListener } from '../teams/moved-scores.ts'

export interface NewCheckin {
  readonly user_id: string
  readonly content: string
  /** The key of the stored image. */
  readonly image: string | null
  /** A name that the client gave the check-in, so that sending it again does not double it. */
  readonly nonce: string | null
}

/** What became of it. */
export type CheckinOutcome =
  /** `repeated`: its nonce had been stored with the same content. */
  | { readonly verdict: 'stored' | 'repeated'; readonly id: string }
  /** `taken`: its nonce had been stored with another content. `absent`: there is no such user. */
  | { readonly verdict: 'taken' | 'absent' }

const checkIn = statement(
  'check_in',
  'select * from check_in($1::bigint[], $2::text[], $3::text[], $4::text[], $5)',
)

export interface CheckinStoreOptions {
  readonly writer: Coalescer
  readonly listener: ScoreListener
  /** When the campaign began, as PostgreSQL reads it. */
  readonly starts: string
}

/** Opens the lane of check-ins. */
export function openCheckins({ writer, listener, starts }: CheckinStoreOptions) {
  return writer.lane<NewCheckin, CheckinOutcome>({
    statement: checkIn,
    kind: 'write',
    bytes: ({ content }) => 100 + Buffer.byteLength(content),
    bind: (given) => [
      plainArray(given.map(({ user_id }) => user_id)),
      textArray(given.map(({ content }) => content)),
      textArray(given.map(({ image }) => image)),
      textArray(given.map(({ nonce }) => nonce)),
      starts,
    ],
    answers: (rows, given) => {
      const outcomes = given.map((): CheckinOutcome => ({ verdict: 'absent' }))
      const moved = []
      for (const [place, id, verdict, ...score] of rows) {
        if (place === '0') moved.push(movedScore(score))
        else outcomes[Number(place) - 1] = outcomeOf(verdict, id)
      }
      listener.moved(moved)
      return outcomes
    },
  })
}

export type CheckIn = ReturnType<typeof openCheckins>

function outcomeOf(
  verdict: string | null | undefined,
  id: string | null | undefined,
): CheckinOutcome {
  if (verdict === 'taken' || verdict === 'absent') return { verdict }
  return { verdict: verdict === 'repeated' ? 'repeated' : 'stored', id: id ?? '' }
}
