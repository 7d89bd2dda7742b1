// Conversations out of links between lines, and who in them is the customer.

/** Line `to` answers line `from`; a line that answers itself begins a conversation. Counted from 0. */
export interface Link {
  readonly from: number
  readonly to: number
}

/** The lines of each conversation in ascending order; conversations in the order in which they begin. */
export function threadsOf(links: readonly Link[]): number[][] {
  const parents = new Map<number, number>()
  const root = (line: number): number => {
    let at = line
    for (
      let parent = parents.get(at);
      parent !== undefined && parent !== at;
      parent = parents.get(at)
    ) {
      at = parent
    }
    return at
  }
  for (const { from, to } of links) {
    const [first, second] = [root(from), root(to)].toSorted((a, b) => a - b)
    if (first === undefined || second === undefined) continue
    parents.set(first, first)
    parents.set(second, first)
    for (const line of [from, to]) parents.set(line, first)
  }
  const threads = new Map<number, number[]>()
  for (const line of [...parents.keys()].toSorted((a, b) => a - b)) {
    const first = root(line)
    const thread = threads.get(first)
    if (thread === undefined) threads.set(first, [line])
    else thread.push(line)
  }
  return [...threads.values()]
}

/** In how many conversations that others began each speaker spoke. */
export function answersIn(threads: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const answers = new Map<string, number>()
  for (const [starter, ...others] of threads) {
    for (const name of new Set(others)) {
      if (name !== starter) answers.set(name, (answers.get(name) ?? 0) + 1)
    }
  }
  return answers
}

/**
 * Who asks: the speaker who answers the least in other conversations, so that an agent whose words were cut off
 * from what they answer is not taken for a customer. Of equals the one who spoke first.
 */
export function askerOf(speakers: readonly string[], answers: ReadonlyMap<string, number>): string {
  const [first = '', ...rest] = speakers
  const elsewhere = (name: string) => (answers.get(name) ?? 0) - (name === first ? 0 : 1)
  return rest.reduce((asker, name) => (elsewhere(name) < elsewhere(asker) ? name : asker), first)
}
