import { expect, test } from 'vitest'
import type { Post } from '../api/contract.ts'
import { unseenIn, withNewest, withOlder, type FeedPage } from './feed-list.ts'

const page = (ids: number[], next?: string): FeedPage => ({
  posts: ids.map((id): Post => ({
    id,
    user_id: 1,
    user_name: 'ada',
    content: `post ${id}`,
    timestamp: '2026-11-20T12:00:00Z',
    image: null,
  })),
  next,
})
const ids = ({ posts }: FeedPage) => posts.map(({ id }) => id)

test('posts that came since are counted, and come on top without doubling any', () => {
  const shown = page([5, 4, 3, 2], 'below 2')
  const newest = page([7, 6, 5, 4], 'below 4')
  expect(unseenIn(shown, newest)).toBe(2)
  expect(ids(withNewest(shown, newest))).toEqual([7, 6, 5, 4, 3, 2])
  expect(withNewest(shown, newest).next).toBe('below 2')
})

test('a post that was taken back goes away', () => {
  expect(ids(withNewest(page([5, 4, 3]), page([6, 5, 3])))).toEqual([6, 5, 3])
})

test('where posts between are missing, the list begins anew', () => {
  expect(withNewest(page([3, 2], 'below 2'), page([9, 8], 'below 8'))).toEqual(
    page([9, 8], 'below 8'),
  )
})

test('an older page comes below, and leads further', () => {
  const list = withOlder(page([5, 4], 'below 4'), page([4, 3], 'below 3'))
  expect(ids(list)).toEqual([5, 4, 3])
  expect(list.next).toBe('below 3')
})

test('all posts taken back leave an empty list', () => {
  expect(ids(withNewest(page([2, 1]), page([])))).toEqual([])
})
