/** Placeholder shape until the real one lands. */
export class Histogram {
  readonly count: number = 0
}
