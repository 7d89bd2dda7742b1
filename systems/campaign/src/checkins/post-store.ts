// The feed: check-ins that nobody took back, newest first.

import { plainArray, statement, type Reads } from '@plimsoll/service'

import { isoTime } from '../http/timestamps.ts'
import { byPlace } from '../teams/team-store.ts'

/** A check-in as everybody may see it. */
export interface Post {
  readonly id: string
  readonly user_id: string
  readonly user_name: string
  readonly content: string
  /** ISO 8601 with microseconds. */
  readonly timestamp: string
  /** The key of its image. */
  readonly image: string | null
}

/** `count` posts before an id, after leaving out `skip`. */
export interface PostPage {
  readonly before: string
  readonly skip: number
  readonly count: number
}

/** More than any id. */
export const beforeAll = '9223372036854775807'

const list = statement(
  'list_posts',
  `select wanted.place, post.*
   from unnest($1::bigint[], $2::integer[], $3::integer[])
     with ordinality as wanted (before, skip, count, place)
   cross join lateral (
     select id, user_id, user_name, content, at, image from checkins
     where id < wanted.before and invalidated_at is null
     order by id desc offset wanted.skip limit wanted.count
   ) as post`,
)

/** Opens the lane of the feed. */
export function openPosts(reads: Reads) {
  return reads.lane<PostPage, Post[]>({
    statement: list,
    // What is skipped is read as well: the deepest page goes alone.
    bytes: ({ count, skip }) => 1_000 * count + 100 * skip,
    bind: (pages) => [
      plainArray(pages.map(({ before }) => before)),
      plainArray(pages.map(({ skip }) => skip)),
      plainArray(pages.map(({ count }) => count)),
    ],
    answers: byPlace(([, id, user_id, user_name, content, at, image]) => ({
      id: id ?? '',
      user_id: user_id ?? '',
      user_name: user_name ?? '',
      content: content ?? '',
      timestamp: isoTime(at ?? ''),
      image: image ?? null,
    })),
  })
}
