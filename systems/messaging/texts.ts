// What people write to each other: real lines of three data sets where PLIMSOLL_DATA names them, else our own sample in
// several languages and scripts.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const sample = join(import.meta.dirname, '../../examples/data/messaging/texts.txt')
const longest = 4_000

/** Texts of messages, none of them empty. */
export function readTexts(folder: string | undefined): readonly string[] {
  const texts =
    folder === undefined
      ? readFileSync(sample, 'utf8').split('\n')
      : [
          ...ircTexts(join(folder, 'ubuntu-irc')),
          ...topicalTexts(join(folder, 'topical-chat/test_freq.json')),
          ...smsTexts(join(folder, 'nus-sms-zh/smsCorpus_zh_2015.03.09.with_send_time.jsonl')),
        ]
  return texts
    .map((text) => text.replaceAll('\0', '').toWellFormed().trim().slice(0, longest))
    .filter((text) => text !== '')
}

/** Of lines like `[06:22] <nick> text`. */
function ircTexts(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.raw.txt'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .map((line) => /^\[\d\d:\d\d\] <[^>]+> (.*)$/.exec(line)?.[1] ?? '')
}

function topicalTexts(file: string): string[] {
  const talks = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    { content: { message: string }[] }
  >
  return Object.values(talks).flatMap(({ content }) => content.map(({ message }) => message))
}

function smsTexts(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { content: unknown }).content)
    .map((content) => (typeof content === 'string' ? content : ''))
}
