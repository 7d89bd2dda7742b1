// Steering a load by hand: what can be ordered, by keys at the terminal or in words over a socket.

import { PlimsollError } from '@plimsoll/workload'

export type Order =
  | { readonly kind: 'status' | 'pause' | 'resume' | 'stop' }
  /** A factor for the planned rate. */
  | { readonly kind: 'rate'; readonly factor: number }

/** How a load is going, after an order. */
export interface Steered {
  readonly state: 'running' | 'paused' | 'ended'
  readonly rate: number
  readonly phase: string
  readonly second: number
}

export interface Steerable {
  readonly state: Steered
  steer(order: Order): Promise<Steered>
}

const least = 0.01
const most = 100

/** `pause`, `rate 1.5`. Throws `arguments-wrong`. */
export function orderOf(words: readonly string[]): Order {
  const [kind = '', factor, ...rest] = words
  const isPlain = kind === 'status' || kind === 'pause' || kind === 'resume' || kind === 'stop'
  if (isPlain && factor === undefined) return { kind }
  const value = Number(factor)
  if (kind === 'rate' && rest.length === 0 && value >= least && value <= most) {
    return { kind: 'rate', factor: value }
  }
  throw new PlimsollError({
    code: 'arguments-wrong',
    blame: 'input',
    message: `Expected status, pause, resume, stop or rate FACTOR (${least} to ${most}), found ${words.join(' ') || 'nothing'}.`,
    hint: 'For example: rate 1.5, for half as much again as is planned.',
  })
}

/** What a key asks for; undefined: nothing. */
export function orderOfKey(key: string, { state, rate }: Steered): Order | undefined {
  switch (key) {
    case ' ':
    case 'p':
      return { kind: state === 'paused' ? 'resume' : 'pause' }
    case '+':
      return { kind: 'rate', factor: Math.min(most, Number((rate * 1.1).toPrecision(3))) }
    case '-':
      return { kind: 'rate', factor: Math.max(least, Number((rate / 1.1).toPrecision(3))) }
    case 'q':
      return { kind: 'stop' }
    default:
      return undefined
  }
}

/** `paused in rush, second 12, 1.5 × the planned rate`. */
export function steeredWords({ state, rate, phase, second }: Steered): string {
  const where = phase === '' ? '' : ` in ${phase}, second ${second}`
  return `${state}${where}${rate === 1 ? '' : `, ${rate} × the planned rate`}`
}
