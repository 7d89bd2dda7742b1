// `messaging collection`: prints the API collection, made from the routes as they are.

import { createLog } from '@plimsoll/service'

import { createEdge } from '../create-edge.ts'
import { edgeSettingsFrom } from '../settings.ts'
import { collectionOf, type ApiDocument } from './api-collection.ts'

/** Nobody is called: the edge does not listen. */
const nowhere = 'http://127.0.0.1:9'

/** Resolves to 0. */
export async function printCollection(print: (line: string) => void): Promise<number> {
  const { service, close } = await createEdge({
    settings: edgeSettingsFrom({ STORES: nowhere }),
    log: createLog({ service: 'messaging-collection', level: 'silent' }),
    clock: () => 0,
  })
  try {
    await service.app.ready()
    const document = service.app.swagger() as ApiDocument
    print(JSON.stringify(collectionOf(document), undefined, 2))
    return 0
  } finally {
    await service.app.close()
    await close()
  }
}
