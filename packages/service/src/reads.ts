// Who answers a read: a replica that shows what the reader must see, otherwise the writer. What holds:
//
// (a) a read sees every write that was acknowledged before its position was told or asked;
// (b) the replica that is chosen is the one that is asked: each connection remembers how far its own server has come;
// (c) a read never fails because of a replica that is behind, slow or gone: the writer answers it.

import { BehindError, type Coalescer } from './coalescer.ts'
import type { LaneOptions } from './lane.ts'
import { positionQuery, readLogPosition, type LogPosition } from './log-position.ts'
import { family, type MetricsSource } from './metrics.ts'
import type { Reader } from './reader.ts'
import { statement, StatementError } from './statement.ts'

/**
 * What a read must see: all up to a place in the log (0: nothing in particular), or all that was acknowledged when
 * it came, whoever wrote it and wherever: the writer is asked once for all who wait.
 */
export type After = LogPosition | 'now'

export interface ReadsOptions {
  readonly writer: Coalescer
  /** Null: the writer answers everything. */
  readonly reader: Reader | null
}

type Answerer = 'reader' | 'writer because it is behind' | 'writer because it is away'

const writerPosition = statement('writer_position', positionQuery)

/** Opens lanes of reads on a writer and a reader. */
export class Reads {
  readonly #writer: Coalescer
  readonly #reader: Reader | null
  readonly #positionNow: (request: null) => Promise<LogPosition>
  readonly #answered: Record<Answerer, number> = {
    reader: 0,
    'writer because it is behind': 0,
    'writer because it is away': 0,
  }

  constructor({ writer, reader }: ReadsOptions) {
    this.#writer = writer
    this.#reader = reader
    this.#positionNow = writer.lane<null, LogPosition>({
      statement: writerPosition,
      kind: 'read',
      bytes: () => 1,
      bind: () => [],
      answers: ([row], requests) => {
        const position = readLogPosition(row?.[0]) ?? Infinity
        return requests.map(() => position)
      },
    })
  }

  /** Whether there is a replica at all. */
  get hasReader(): boolean {
    return this.#reader !== null
  }

  /**
   * Where the writer is now, asked once for all who wait: every write that was acknowledged before is in. Infinity
   * when it does not say.
   */
  position(): Promise<LogPosition> {
    return this.#positionNow(null).catch(() => Infinity)
  }

  /** Opens a lane: the function submits one read and resolves to its answer, or rejects as the writer's lane does. */
  lane<Request, Answer>(
    options: Omit<LaneOptions<Request, Answer>, 'kind'>,
  ): (request: Request, after: After) => Promise<Answer> {
    const fromWriter = this.#writer.lane({ ...options, kind: 'read' })
    const reader = this.#reader
    if (reader === null) return (request) => fromWriter(request)
    const fromReader = reader.lane(options)
    return async (request, after) => {
      if (!reader.isAsked) {
        this.#answered['writer because it is away'] += 1
        return await fromWriter(request)
      }
      const wanted = after === 'now' ? await this.#positionNow(null) : after
      try {
        const answer = await fromReader(request, wanted)
        this.#answered.reader += 1
        return answer
      } catch (error) {
        // A statement that is refused there may be right: a replica gets a new table later, too.
        if (error instanceof BehindError || error instanceof StatementError) {
          this.#answered['writer because it is behind'] += 1
        } else {
          this.#answered['writer because it is away'] += 1
          reader.leaveAlone(error)
        }
      }
      return await fromWriter(request)
    }
  }

  /** Who answered how many reads. */
  metrics(): MetricsSource {
    const by = (answerer: Answerer, labels: string) =>
      `reads_total{${labels}} ${this.#answered[answerer]}\n`
    return () =>
      family(
        'reads_total',
        'counter',
        by('reader', 'by="reader"') +
          by('writer because it is behind', 'by="writer",reader="behind"') +
          by('writer because it is away', 'by="writer",reader="away"'),
      )
  }
}
