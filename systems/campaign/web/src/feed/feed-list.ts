// The posts that are shown, and those that came since. Pure.

import type { Post } from '../api/contract.ts'

export interface FeedPage {
  /** Newest first. */
  readonly posts: readonly Post[]
  /** The path of the next page; undefined on the last one. */
  readonly next: string | undefined
}

/** How many of the newest posts are not shown yet. */
export function unseenIn(shown: FeedPage, newest: FeedPage): number {
  const top = shown.posts[0]?.id ?? 0
  return newest.posts.filter(({ id }) => id > top).length
}

/**
 * The list with the newest page on top. Where the two do not meet, posts between them are missing: then it begins
 * anew with the newest page.
 */
export function withNewest(shown: FeedPage, newest: FeedPage): FeedPage {
  const oldest = newest.posts.at(-1)
  if (oldest === undefined || !shown.posts.some(({ id }) => id >= oldest.id)) return newest
  const below = shown.posts.filter(({ id }) => id < oldest.id)
  return {
    posts: [...newest.posts, ...below],
    next: below.length > 0 ? shown.next : newest.next,
  }
}

/** The list with an older page below it. */
export function withOlder(shown: FeedPage, older: FeedPage): FeedPage {
  const last = shown.posts.at(-1)?.id ?? Infinity
  return {
    posts: [...shown.posts, ...older.posts.filter(({ id }) => id < last)],
    next: older.next,
  }
}
