/** Grounds and inks of emblems; each pair keeps 4.5:1, by day and by night. */
const pairs = [
  { ground: '#0e4b35', ink: '#fdf8ea' },
  { ground: '#ffb624', ink: '#14231c' },
  { ground: '#b3301a', ink: '#fff6f2' },
  { ground: '#1d4f8c', ink: '#f3f8ff' },
  { ground: '#7ad0a5', ink: '#0f2a1e' },
  { ground: '#6b2f73', ink: '#fdf2ff' },
  { ground: '#f7a58f', ink: '#3a120a' },
  { ground: '#8fc4ee', ink: '#0c2740' },
] as const

/** The look of a team's emblem: a name always has the same one. */
export function emblemLook(name: string): { ground: string; ink: string; initials: string } {
  let sum = 0
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 1_000_003
  return { ...pairs[sum % pairs.length]!, initials: initialsOf(name) }
}

/** The first letters of the first two words, or of the only one. */
function initialsOf(name: string): string {
  const words = name.split(/[\s_.-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const first = (word: string) => [...word.matchAll(/[\p{L}\p{N}]/gu)].map(([letter]) => letter)
  const [one = name, two] = words
  const letters =
    two === undefined ? first(one).slice(0, 2) : [first(one)[0] ?? '', first(two)[0] ?? '']
  return letters.join('').toLocaleUpperCase('en').slice(0, 3) || '#'
}
