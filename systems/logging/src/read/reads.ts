// The read side of the API: pages of records, and one record.

import type { Coalescer, HttpApp } from '@plimsoll/service'

import type { QueueWatch } from '../watch/queue-watch.ts'
import { addListRoute, type ListOptions } from './list-route.ts'
import { addRecordRoute } from './record-route.ts'

export interface ReadsOptions extends ListOptions {
  readonly coalescer: Coalescer
  readonly watch: QueueWatch
}

/** What every answer costs, found or not. It is taken before the work: who come at once must not all find it there. */
const least = { records: 1, bytes: 0 }

/** Adds both routes, behind the gate. */
export async function addReads(app: HttpApp, options: ReadsOptions): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as HttpApp
    const { gate } = options
    if (gate !== undefined) {
      scope.addHook('onRequest', gate.hook('read'))
      scope.addHook('onRequest', (request, _reply, done) => {
        gate.begin(request.raw, least)
        done()
      })
    }
    addListRoute(scope, options)
    addRecordRoute(scope, options)
  })
}
