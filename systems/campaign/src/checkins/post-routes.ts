// GET /api/post/posts/: the feed.

import type { HttpApp, Reads } from '@plimsoll/service'
import { Type } from 'typebox'

import { whatToSee } from '../http/what-to-see.ts'
import { imagePath } from '../images/images.ts'
import { placeFrom } from '../teams/team-routes.ts'
import { beforeAll, openPosts } from './post-store.ts'

const mostSkipped = 10_000
const mostPosts = 100
const PostObject = Type.Object({
  id: Type.Integer(),
  user_id: Type.Integer(),
  user_name: Type.String(),
  content: Type.String(),
  timestamp: Type.String({ format: 'date-time' }),
  image: Type.Union([Type.String(), Type.Null()]),
})
const PostQuery = Type.Object({
  skip: Type.Integer({
    minimum: 0,
    maximum: mostSkipped,
    default: 0,
    description: 'For a few pages; the Link header leads further and misses nothing.',
  }),
  limit: Type.Integer({ minimum: 1, maximum: mostPosts, default: 10 }),
  cursor: Type.Optional(
    Type.String({ maxLength: 20, description: 'The next page: follow the Link header.' }),
  ),
})

/** Adds the route. */
export function addPostRoutes(app: HttpApp, reads: Reads): void {
  const posts = openPosts(reads)
  const schema = {
    summary: 'Posts, newest first; the next page by the Link header',
    querystring: PostQuery,
    response: { 200: Type.Array(PostObject) },
  }
  app.get(
    '/api/post/posts/',
    { config: { open: true }, schema },
    async ({ headers, query }, reply) => {
      const { skip, limit: count, cursor } = query
      const before = cursor === undefined ? beforeAll : placeFrom(cursor)
      const found = await posts({ before, skip, count }, whatToSee(headers))
      const last = found.length === count ? found.at(-1) : undefined
      if (last !== undefined) {
        void reply.header('link', `</api/post/posts/?limit=${count}&cursor=${last.id}>; rel="next"`)
      }
      return await reply.send(
        found.map((post) => ({
          ...post,
          id: Number(post.id),
          user_id: Number(post.user_id),
          image: post.image === null ? null : imagePath(post.image),
        })),
      )
    },
  )
}
