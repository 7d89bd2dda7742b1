// `stripe-irc-support`: a chat room in which several customers are helped at once. Each text file has another
// beside it that says which line answers which, for its last lines only. Lines that are linked are one
// conversation; what no link names belongs to none that is known and is not taken.
//
// A file is 1,200 lines; one of more than 16 MiB is refused, because its links reach over the whole of it.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unusableInput, type Refusal } from '@plimsoll/service'

import { strictText, whyNot, type DataSet, type Piece } from './data-set.ts'
import { filesLike } from './files-like.ts'
import { readLines, type Line } from './read-lines.ts'
import { answersIn, askerOf, threadsOf, type Link } from './threads.ts'
import type { Turn } from './transcript.ts'

const largestFile = 16_777_216
const lineForm = /^\S+ (\d{4}-\d{2}-\d{2}) \[(\d{2}:\d{2}:\d{2})\] <([^<>\s]{1,100})> (.*)$/s

/** The data set. */
export const stripeIrc: DataSet = {
  name: 'stripe-irc-support',
  row: 'line',
  async *read(folder) {
    const pattern = /\.ascii\.txt$/
    for (const file of await filesLike(folder, { pattern, expected: 'a file *.ascii.txt' })) {
      yield* readFile(folder, file)
    }
  },
}

async function* readFile(folder: string, file: string): AsyncGenerator<Piece> {
  const path = join(folder, file)
  const { size } = await stat(path)
  if (size > largestFile) throw unusableInput(`${path} is larger than 16 MiB: has ${size} bytes.`)
  const lines: Line[] = []
  for await (const line of readLines(path)) lines.push(line)
  const links = await readLinks(path.replace(/\.ascii\.txt$/, '.annotation.txt'), lines.length)
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]))
  const turns: (Turn | undefined)[] = []
  for (const [i, line] of lines.entries()) {
    const turn = linked.has(i)
      ? turnOf(line)
      : 'belongs to no conversation that is known: no annotation names it'
    if (typeof turn !== 'string') turns[i] = turn
    else yield { rows: 0, refused: [refusalOf(file, line, turn)] }
  }
  const threads = threadsOf(links).map((thread) => thread.filter((i) => turns[i] !== undefined))
  const speakers = threads.map((thread) => thread.map((i) => turns[i]?.by ?? ''))
  const answers = answersIn(speakers)
  for (const [n, thread] of threads.entries()) {
    const [first] = thread
    if (first === undefined) continue
    const said = thread.map((i) => turns[i]).filter((turn) => turn !== undefined)
    const asker = askerOf(speakers[n] ?? [], answers)
    const transcript = { key: `${file}:${first + 1}`, asker, turns: said }
    yield { rows: thread.length, transcript, refused: [], where: { file, line: first + 1 } }
  }
}

/** `A B -`: line B answers line A, counted from 0. */
async function readLinks(path: string, lines: number): Promise<Link[]> {
  const links: Link[] = []
  for await (const { number, bytes } of readLines(path)) {
    if (bytes.trim() === '') continue
    const [, a = '', b = ''] = /^(\d{1,9}) (\d{1,9}) -\s*$/.exec(bytes) ?? []
    const link = { from: Number(a), to: Number(b) }
    if (a === '' || Math.max(link.from, link.to) >= lines) {
      const found = JSON.stringify(bytes.slice(0, 100))
      throw unusableInput(
        `${path} line ${number}: expected two lines of 0 to ${lines - 1} and a dash, as in "1002 1003 -", found ${found}.`,
      )
    }
    links.push(link)
  }
  return links
}

/** What is said in a line, or why it is not taken. */
function turnOf({ bytes }: Line): Turn | string {
  const text = strictText(Buffer.from(bytes, 'latin1'))
  if (text === undefined) return 'is not UTF-8'
  const [, date = '', time = '', by = '', said = ''] = lineForm.exec(text) ?? []
  const at = Date.parse(`${date}T${time}Z`) * 1_000
  if (Number.isNaN(at)) return 'is not of the form: room YYYY-MM-DD [hh:mm:ss] <name> text'
  // The publishers end every line with a blank that nobody typed.
  const content = said.endsWith(' ') ? said.slice(0, -1) : said
  return whyNot(content) ?? { by, text: content, at }
}

function refusalOf(file: string, { number, bytes }: Line, reason: string): Refusal {
  return { file, line: number, reason, fields: [bytes] }
}
