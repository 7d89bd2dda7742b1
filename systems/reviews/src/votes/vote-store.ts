// Votes on reviews. With a voter's key a vote counts once, in the transaction that remembers the key;
// without one every call counts. Reviews are locked in ascending order of id.

import {
  plainArray,
  statement,
  textArray,
  type Coalescer,
  type LaneOptions,
} from '@plimsoll/service'

/** What a vote says: this review helped, or it should not be shown. */
export type VoteKind = 'helpful' | 'report'

export interface Vote {
  readonly review_id: number
  readonly voter_key: string | null
}

/** One below the largest integer, because relevance adds one: there the count stays. */
const mostHelpfulness = 2_147_483_646

const effect: Readonly<Record<VoteKind, string>> = {
  helpful: `helpfulness = least(r.helpfulness + change.votes, ${mostHelpfulness})`,
  report: 'reported = true',
}

function voteStatement(kind: VoteKind) {
  return statement(
    `vote_${kind}`,
    `with given as materialized (
      select * from unnest($1::bigint[], $2::text[]) with ordinality
        as given (review_id, voter_key, position)
    ),
    locked as materialized (
      select r.id from (select distinct review_id from given order by review_id) as wanted
      cross join lateral (
        select id from reviews where id = wanted.review_id limit 1 for no key update
      ) as r
    ),
    known as materialized (select * from given where review_id in (select id from locked)),
    remembered as (
      insert into votes (review_id, kind, voter_key)
      select distinct review_id, '${kind}', voter_key from known where voter_key is not null
      order by review_id, voter_key
      on conflict do nothing
      returning review_id
    ),
    change as materialized (
      select review_id, count(*) as votes from (
        select review_id from remembered
        union all select review_id from known where voter_key is null
      ) as counting group by review_id
    ),
    changed as (
      update reviews r set ${effect[kind]} from change
      -- The list of ids is there so that no plan reads all of reviews to find them.
      where r.id = change.review_id and r.id = any (array(select review_id from change))
    )
    select position from known`,
  )
}

function laneOptions(kind: VoteKind): LaneOptions<Vote, boolean> {
  return {
    statement: voteStatement(kind),
    kind: 'write',
    bytes: ({ voter_key }) => 32 + (voter_key?.length ?? 0),
    bind: (votes) => [
      plainArray(votes.map(({ review_id }) => review_id)),
      textArray(votes.map(({ voter_key }) => voter_key)),
    ],
    answers: (rows, votes) => {
      const known = new Set(rows.map(([position]) => Number(position)))
      return votes.map((_, i) => known.has(i + 1))
    },
  }
}

/** Opens the lane of a kind of vote; resolves to false when there is no such review. */
export function openVotes(coalescer: Coalescer, kind: VoteKind): (vote: Vote) => Promise<boolean> {
  return coalescer.lane(laneOptions(kind))
}
