// Work done once before a run, against the system that was just deployed: users made, tokens minted. It is not
// counted, and what it makes is plain data that every session may look at.

import type { Http } from './persona.ts'
import type { Random } from './random.ts'
import type { Milliseconds } from './units.ts'

/** One of the visitors that a setup sends: with cookies and standing headers of its own. */
export interface SetupVisitor {
  /** 0, 1, 2, …: which of them it is. */
  readonly n: number
  /** An action that does not end ok ends the setup; statuses to be expected go in its `ok` list. */
  readonly http: Http
  /** A function of seed and `n`. */
  readonly random: Random
}

/** What a setup has at hand: it is a visitor itself, and can send many. */
export interface SetupTools extends SetupVisitor {
  /** Sends `count` visitors, so many at once; what they return, in their order. */
  readonly each: <Made>(
    options: { readonly count: number; readonly atOnce: number },
    visit: (visitor: SetupVisitor) => Promise<Made>,
  ) => Promise<Made[]>
}

/** Something made before each run. A session asks for it by this value: `given(tokens)`. */
export interface Setup<Given = unknown> {
  /** In words, for the plan, the report and the error when it fails: `1,000 users with a token each`. */
  readonly what: string
  /** The run ends with an error when it takes longer. */
  readonly within: Milliseconds
  /** Returns plain data: what `structuredClone` takes. */
  make(tools: SetupTools): Promise<Given>
}

/** A setup; it takes part where a workload lists it. */
export function setup<Given>(definition: Setup<Given>): Setup<Given> {
  return Object.freeze({ ...definition })
}
