// Names of users and teams. A name is shown as it was given, and known by its key, which is the same for names that
// differ only in what people do not see: full-width and ligature forms, letters and their accents apart, capitals, and
// letters of Cyrillic and Greek that are drawn as Latin ones are. The database keeps keys unique. What a key cannot make
// equal is refused: characters that nobody sees, and words of mixed scripts. Letters and digits of one script that are
// alike, as l and 1, are told apart, and so are the many twins of rarer scripts.

import { badRequest } from '@plimsoll/service'

/** A name that may be kept. */
export interface Name {
  /** As it is shown. */
  readonly shown: string
  /** As it is compared. */
  readonly key: string
}

export interface NameRule {
  /** How the field is called, for the person who reads the refusal. */
  readonly field: string
  readonly longest: number
  /** Whether the name may be several words. */
  readonly words: 'one' | 'several'
}

const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}]/u
/** Letters that stand for one when its accents are apart. To put many accents in order takes the square of their number. */
const lettersApart = 4
/** What an index takes: a few characters stand for a whole sentence. */
const longestKey_bytes = 1_000
const scriptsWithTwins = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]

/** Letters of Cyrillic and Greek, and below each the Latin one as which it is drawn, small or as a capital. */
const drawnAs = [
  ['авсԁенһіјкӏморԛѕтуүԝх', 'abcdehhijklmopqstyywx'],
  ['αβεηικμνορτυχζ', 'abehikmvoptyxz'],
] as const
const twins = new Map(
  drawnAs.flatMap(([letters, latin]) =>
    Array.from(letters, (letter, n): [string, string] => [letter, latin.charAt(n)]),
  ),
)

/** What a name is looked for by; any text has one. */
export function nameKey(text: string): string {
  const letters = text.normalize('NFKC').toLowerCase().normalize('NFKD')
  return Array.from(letters, (letter) => twins.get(letter) ?? letter)
    .join('')
    .normalize('NFKC')
}

/** The same; undefined for a text that is longer than any way to write a name of `longest` characters. */
export function nameKeyWithin(text: string, longest: number): string | undefined {
  return isWritable(text, longest) ? nameKey(text) : undefined
}

/** The name as it is kept; throws a 400 that says what is wrong with it. */
export function nameFrom(given: string, rule: NameRule): Name {
  const shown = isWritable(given, rule.longest) ? given.normalize('NFC') : given
  const fault = faultOf(shown, rule)
  if (fault !== undefined) throw badRequest(`${rule.field} ${fault}.`)
  return { shown, key: nameKey(shown) }
}

function isWritable(text: string, longest: number): boolean {
  return Array.from(text).length <= lettersApart * longest
}

function faultOf(name: string, { longest, words }: NameRule): string | undefined {
  const length = Array.from(name).length
  if (name.trim() === '') return 'must not be blank'
  if (length > longest) return `must have at most ${longest} characters, found ${length}`
  if (Buffer.byteLength(nameKey(name)) > longestKey_bytes)
    return 'is too long when it is written out'
  if (unseen.test(name)) return 'must not contain characters that nobody sees'
  if (words === 'one' && /\s/u.test(name)) return 'must not contain spaces'
  if (/^\s|\s$|\s\s|[^\S ]/u.test(name)) return 'must have single spaces, between words only'
  const mixed = name
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}]+/u)
    .find((word) => scriptsWithTwins.filter((script) => script.test(word)).length > 1)
  return mixed === undefined ? undefined : `must not mix alphabets in one word, found "${mixed}"`
}
