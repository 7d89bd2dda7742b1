// The gate of ingest keys, where the settings require them.

import type { Coalescer } from '@plimsoll/service'

import { KeyGate } from './key-gate.ts'
import { KeyRing } from './key-ring.ts'
import { validKeysLane } from './key-store.ts'

/** The gate, and the ring that looks after the keys. */
export interface Keys extends Disposable {
  readonly gate: KeyGate
}

/** Undefined where no key is required. The database may be away: it is met later. */
export async function openKeys(
  { INGEST_KEYS }: { readonly INGEST_KEYS: 'off' | 'required' },
  coalescer: Coalescer,
): Promise<Keys | undefined> {
  if (INGEST_KEYS === 'off') return undefined
  const read = coalescer.lane(validKeysLane)
  const ring = new KeyRing({ read: () => read(null) })
  await ring.look()
  return { gate: new KeyGate(ring), [Symbol.dispose]: () => ring[Symbol.dispose]() }
}
