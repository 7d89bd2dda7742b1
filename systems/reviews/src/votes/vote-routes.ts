// PUT /reviews/:id/helpful and PUT /reviews/:id/report.

import { Problem, type Coalescer, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Id } from '../reviews/list-route.ts'
import { keyFrom } from '../reviews/post-route.ts'
import { openVotes, type VoteKind } from './vote-store.ts'

const summaries: Readonly<Record<VoteKind, string>> = {
  helpful: 'Say that a review helped',
  report: 'Hide a review from every list',
}

/** Adds both routes to the service. */
export function addVoteRoutes(app: HttpApp, coalescer: Coalescer): void {
  for (const kind of ['helpful', 'report'] as const) {
    const vote = openVotes(coalescer, kind)
    const schema = {
      summary: summaries[kind],
      params: Type.Object({ id: Id }),
      headers: Type.Object({ 'voter-key': Type.Optional(Type.String()) }),
      response: { 204: Type.Null() },
    }
    app.put(`/reviews/:id/${kind}`, { schema }, async (request, reply) => {
      const voter_key = keyFrom(request.headers['voter-key'], 'Voter-Key') ?? null
      if (!(await vote({ review_id: request.params.id, voter_key }))) {
        throw new Problem({ status: 404, title: 'Not found', detail: 'There is no such review.' })
      }
      return await reply.code(204).send(null)
    })
  }
}
