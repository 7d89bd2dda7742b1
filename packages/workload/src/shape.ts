// How load spreads over a phase: a level as a function of time, its integral, and the inverse of that.
// All a generator needs is `dueAt`, so nothing drifts and no rounding accumulates.

import { ms, type Milliseconds, type PerSecond, type SessionsAlive } from './units.ts'

/** Open: sessions arrive at a rate. Closed: a number of sessions is kept alive. */
export type LoadModel = 'open' | 'closed'
/** `poisson`: independent users, as in the open world. `even`: a metronome, for calibration. */
export type Spacing = 'poisson' | 'even'

/** How often sessions are lived: so often in each place, or so often by all places together. */
export interface Iterations {
  readonly by: 'each' | 'all'
  readonly count: number
}

/** How load spreads over a phase. Time is zero when the phase begins. */
export interface Shape {
  readonly model: LoadModel
  readonly spacing: Spacing
  readonly lasts: Milliseconds
  /** Closed: so many sessions are lived, and then it is over, at `lasts` at the latest. */
  readonly iterations?: Iterations
  /** In words, for the plan and the report: `50/s → 500/s over 60 s`. */
  readonly words: string
  /** The highest level, and the mean over its time. */
  readonly highest: number
  readonly mean: number
  /** Sessions per second (open) or sessions alive (closed) at `elapsed`. */
  levelAt(elapsed: Milliseconds): number
  /** Open: arrivals expected in total by `elapsed`. Never decreases. Closed: zero. */
  arrivalsBy(elapsed: Milliseconds): number
  /**
   * Open: when arrival `n` is due: the inverse of `arrivalsBy`. `n` need not be whole: Poisson
   * arrivals feed it a running sum of exponentials. Infinity beyond the last arrival.
   */
  dueAt(n: number): Milliseconds
  /** The same shape with every level multiplied by `level` and every duration by `duration`. */
  scaled(factors: { level: number; duration: number }): Shape
}

export type Level = PerSecond | SessionsAlive

export interface RampOptions<L extends Level> {
  readonly from: L
  readonly to: L
  readonly over: Milliseconds
  readonly spacing?: Spacing
}

export interface HoldOptions {
  readonly at: Level
  readonly for: Milliseconds
  readonly spacing?: Spacing
}

/** A straight line from one level to another. Open with `perSecond`, closed with `sessions`. */
export function ramp<L extends Level>({
  from,
  to,
  over,
  spacing = 'poisson',
}: RampOptions<L>): Shape {
  const model = typeof from === 'object' ? 'closed' : 'open'
  return line({ model, from: levelOf(from), to: levelOf(to), lasts: over, spacing })
}

/** A flat line: one level throughout. */
export function hold({ at, for: lasts, spacing = 'poisson' }: HoldOptions): Shape {
  return ramp({ from: at, to: at, over: lasts, spacing })
}

interface Line {
  readonly model: LoadModel
  readonly from: number
  readonly to: number
  readonly lasts: Milliseconds
  readonly spacing: Spacing
}

/**
 *   N(t) = from·t + slope·t²/2                   area under the line
 *   t(n) = 2n / (from + √(from² + 2·slope·n))    no division by slope: a flat line needs no branch
 */
function line({ model, from, to, lasts, spacing }: Line): Shape {
  const duration = lasts / 1_000
  const slope = duration === 0 ? 0 : (to - from) / duration
  const total = model === 'open' ? ((from + to) / 2) * duration : 0
  return Object.freeze({
    model,
    spacing,
    lasts,
    words: lineWords({ model, from, to, lasts, spacing }),
    highest: Math.max(from, to),
    mean: (from + to) / 2,
    levelAt: (elapsed: Milliseconds) => from + slope * (elapsed / 1_000),
    arrivalsBy(elapsed: Milliseconds) {
      if (model === 'closed') return 0
      const t = Math.min(Math.max(elapsed / 1_000, 0), duration)
      return from * t + (slope * t * t) / 2
    },
    dueAt(n: number) {
      if (n > total) return ms(Infinity)
      if (n <= 0) return ms(0)
      // Rounding may push the root of a falling ramp just below zero at its very end.
      const root = Math.sqrt(Math.max(0, from * from + 2 * slope * n))
      return ms(((2 * n) / (from + root)) * 1_000)
    },
    scaled: (factors: { level: number; duration: number }) =>
      line({
        model,
        from: from * factors.level,
        to: to * factors.level,
        lasts: ms(lasts * factors.duration),
        spacing,
      }),
  })
}

/**
 * Shapes one after the other, as one: all open or all closed, all with the same spacing.
 *
 *   N(t) = Σ of those before + N of this one        t(n): in the first that reaches n
 */
export function inTurn(...shapes: readonly Shape[]): Shape {
  const [first] = shapes
  if (first === undefined) throw new RangeError('inTurn needs at least one shape, got none')
  const { model, spacing } = first
  if (shapes.some((shape) => shape.model !== model || shape.spacing !== spacing)) {
    throw new RangeError('inTurn needs shapes of one kind: all open or all closed, one spacing')
  }
  if (shapes.some(({ iterations }) => iterations !== undefined)) {
    throw new RangeError('iterations end when they are done, so they are a phase of their own')
  }
  const pieces: { shape: Shape; from: number; before: number }[] = []
  let lasts = 0
  let total = 0
  for (const shape of shapes) {
    pieces.push({ shape, from: lasts, before: total })
    lasts += shape.lasts
    total += shape.arrivalsBy(shape.lasts)
  }
  const at = (elapsed: number) => pieces.findLast(({ from }) => from <= elapsed) ?? pieces[0]!
  return Object.freeze({
    model,
    spacing,
    lasts: ms(lasts),
    words: shapes.map(({ words }) => words).join(', then '),
    highest: Math.max(...shapes.map(({ highest }) => highest)),
    mean: shapes.reduce((sum, shape) => sum + shape.mean * shape.lasts, 0) / lasts,
    levelAt(elapsed: Milliseconds) {
      const { shape, from } = at(elapsed)
      return shape.levelAt(ms(elapsed - from))
    },
    arrivalsBy(elapsed: Milliseconds) {
      const { shape, from, before } = at(elapsed)
      return before + shape.arrivalsBy(ms(elapsed - from))
    },
    dueAt(n: number) {
      for (const { shape, from, before } of pieces) {
        const due = shape.dueAt(n - before)
        if (due < shape.lasts) return ms(from + due)
      }
      return ms(n > total ? Infinity : lasts)
    },
    scaled: (factors: { level: number; duration: number }) =>
      inTurn(...shapes.map((shape) => shape.scaled(factors))),
  })
}

/** The number in a level. */
export function levelOf(level: Level): number {
  return typeof level === 'object' ? level.alive : level
}

function lineWords({ model, from, to, lasts, spacing }: Line): string {
  const levels = from === to ? rounded(from) : `${rounded(from)} → ${rounded(to)}`
  const over = `over ${rounded(lasts / 1_000)} s${spacingWords(model, spacing)}`
  return `${levels} ${unitOf(model)} ${over}`
}

/** What a level counts, in words. */
export function unitOf(model: LoadModel): string {
  return model === 'open' ? 'sessions/s' : 'sessions'
}

/** Words are spent only on arrivals that are not Poisson. */
export function spacingWords(model: LoadModel, spacing: Spacing): string {
  return model === 'open' && spacing === 'even' ? ', evenly spaced' : ''
}

/** Four digits are enough for words. */
export function rounded(value: number): string {
  return Number(value.toPrecision(4)).toString()
}
