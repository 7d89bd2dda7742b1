// An error inside a persona, told the way its author needs it: which persona, what, and on which line.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `place` tells one spot in the code from another; `text` is for people. */
export interface PersonaError {
  readonly place: string
  readonly text: string
}

/** Frames in here are not the persona's: the engine, and the random streams that personas are given. */
const ourFolders = [import.meta.dirname, join(import.meta.dirname, '../../workload/src')]

/** Finds the line of the persona: the first frame that is neither Node's nor the engine's. */
export function personaError(persona: string, thrown: unknown): PersonaError {
  if (!(thrown instanceof Error)) {
    const text = `${persona} threw ${String(thrown)}, which is not an Error and so has no line`
    return { place: text, text }
  }
  const frame = (thrown.stack ?? '').split('\n').map(placeOf).find(isTheirs)
  const text = `${persona}: ${thrown.name}: ${thrown.message}`
  return frame === undefined
    ? { place: text, text }
    : { place: `${persona} ${frame}`, text: `${text} (${frame})` }
}

/** `    at live (file:///app/workload.ts:12:5)` → `/app/workload.ts:12:5` */
function placeOf(line: string): string | undefined {
  const place = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).+?:\d+:\d+)\)?$/.exec(line)?.[1]
  return place?.startsWith('file://') === true ? fileURLToPath(place) : place
}

function isTheirs(place: string | undefined): boolean {
  return place !== undefined && !ourFolders.some((folder) => place.startsWith(folder))
}
