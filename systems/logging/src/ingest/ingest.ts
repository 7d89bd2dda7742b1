// The write side of the API: its routes take bodies as bytes, whatever their content type says within the list.

import type { HttpApp } from '@plimsoll/service'

import type { KeyGate } from '../keys/key-gate.ts'
import type { BodyBudget } from './body-budget.ts'
import { addLogRoute } from './log-route.ts'
import { addLogsRoute, type LogsRouteOptions } from './logs-route.ts'

const manyTypes = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** Adds both routes, each in a scope of its own where no body is parsed before it sees it. */
export async function addIngest(app: HttpApp, options: LogsRouteOptions): Promise<void> {
  const one = ['application/json']
  await addScope(app, { types: one, ...options }, (scope) => addLogRoute(scope, options))
  const many = [...one, ...manyTypes]
  await addScope(app, { types: many, ...options }, (scope) => addLogsRoute(scope, options))
}

async function addScope(
  app: HttpApp,
  { types, gate, budget }: { types: string[]; gate?: KeyGate | undefined; budget: BodyBudget },
  add: (scope: HttpApp) => void,
) {
  await app.register(async (plain) => {
    const scope = plain as unknown as HttpApp
    // Before the body is read, and before a place among the batches is taken.
    if (gate !== undefined) scope.addHook('onRequest', gate.hook('write'))
    scope.addHook('onRequest', (request, reply, done) => {
      budget.begin(request.raw, reply.raw)
      done()
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    // Without a content type nothing is parsed, an empty body least of all.
    scope.addHook('preValidation', (request, reply, done) => {
      const body = (request.body ??= Buffer.alloc(0)) as Buffer
      budget.set(reply.raw, body.length)
      done()
    })
    add(scope)
  })
}
