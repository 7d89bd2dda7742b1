// `reviews import` as people run it, in a process of its own: how long each stage took, told by when its lines
// came, and the most memory it held.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

const main = join(import.meta.dirname, '../../systems/reviews/src/main.ts')
const lookEvery_ms = 100
/** The stage that the lines of the files stand for. */
const copying = 'Copying rows'

/** One file's line of the reconciliation. */
export interface FileCounts {
  readonly file: string
  readonly read: number
  readonly accepted: number
  readonly rejected: number
}

export interface Imported {
  readonly files: readonly FileCounts[]
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[]
  /** From the start of the process to its end. */
  readonly seconds: number
  readonly peak_memory_bytes: number
}

/** Runs a command of reviews to its end; throws what it said when it fails. */
export async function runReviews(
  words: readonly string[],
  { url, onLine = () => {} }: { url: string; onLine?: (line: string) => void },
): Promise<{ out: string; peak_memory_bytes: number }> {
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env['PATH'], DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid))
  }, lookEvery_ms)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
    for (const line of text.split('\n')) if (line !== '') onLine(line)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  if (code !== 0) throw new Error(`reviews ${words.join(' ')} ended with ${code}: ${said.err}`)
  return { out: said.out, peak_memory_bytes: peak }
}

/** Imports the files of a folder and takes the time. */
export async function timeImport(folder: string, { url }: { url: string }): Promise<Imported> {
  const started = performance.now()
  const marks: { stage: string; ended: number }[] = []
  let underWay = 'Reading the headers, connecting'
  const mark = (stage: string) => void marks.push({ stage, ended: performance.now() })
  const onLine = (line: string) => {
    const loaded = /^(\S+\.csv) .* rows\/s(, [\d,]+ rejected)?$/.exec(line)
    if (loaded !== null) mark(loaded[1] ?? '')
    if (!line.endsWith(' …')) return
    if (underWay !== copying) mark(underWay)
    underWay = line.slice(0, -2)
  }
  const words = ['import', folder, '--rejected', join(folder, 'rejected.csv'), '--replace']
  const { out, peak_memory_bytes } = await runReviews(words, { url, onLine })
  mark(underWay)
  const seconds = (performance.now() - started) / 1000
  const stages = marks.map(({ stage, ended }, at) => {
    return { stage, seconds: (ended - (marks[at - 1]?.ended ?? started)) / 1000 }
  })
  return { files: fileCounts(out), stages, seconds, peak_memory_bytes }
}

function fileCounts(out: string): FileCounts[] {
  const rows = out.matchAll(/^(\S+\.csv) +([\d,]+) +([\d,]+) +([\d,]+)$/gm)
  const number = (text = '') => Number(text.replaceAll(',', ''))
  return [...rows].map(([, file = '', ...counts]) => {
    const [read = 0, accepted = 0, rejected = 0] = counts.map(number)
    return { file, read, accepted, rejected }
  })
}

/** The most that the process has held so far, as the kernel says. */
function memoryOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
