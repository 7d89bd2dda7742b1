// The write side of the API: its routes take bodies as bytes, whatever their content type says within the list.

import type { HttpApp } from '@plimsoll/service'

import { addLogRoute } from './log-route.ts'
import { addLogsRoute, type LogsRouteOptions } from './logs-route.ts'

const manyTypes = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** Adds both routes, each in a scope of its own where no body is parsed before it sees it. */
export async function addIngest(app: HttpApp, options: LogsRouteOptions): Promise<void> {
  await addScope(app, ['application/json'], (scope) => addLogRoute(scope, options))
  await addScope(app, ['application/json', ...manyTypes], (scope) => addLogsRoute(scope, options))
}

async function addScope(app: HttpApp, types: string[], add: (scope: HttpApp) => void) {
  await app.register(async (plain) => {
    const scope = plain as unknown as HttpApp
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    add(scope)
  })
}
