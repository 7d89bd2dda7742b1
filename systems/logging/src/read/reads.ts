// The read side of the API: pages of records, and one record.

import type { Coalescer, HttpApp } from '@plimsoll/service'

import type { KeyGate } from '../keys/key-gate.ts'
import type { QueueWatch } from '../watch/queue-watch.ts'
import { addListRoute, type ListOptions } from './list-route.ts'
import { addRecordRoute } from './record-route.ts'

export interface ReadsOptions extends ListOptions {
  readonly coalescer: Coalescer
  readonly watch: QueueWatch
  /** Undefined: everybody may read. */
  readonly gate: KeyGate | undefined
}

/** Adds both routes, behind the gate. */
export async function addReads(app: HttpApp, options: ReadsOptions): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as unknown as HttpApp
    if (options.gate !== undefined) scope.addHook('onRequest', options.gate.hook('read'))
    addListRoute(scope, options)
    addRecordRoute(scope, options)
  })
}
