// Branded numbers, so that a time cannot be passed where a rate is meant. At run time they are plain numbers.

declare const unit: unique symbol

/** A length of time in milliseconds; fractions are meant. */
export type Milliseconds = number & { readonly [unit]: 'ms' }
/** Events per second: sessions per second in shapes, actions per second in results. */
export type PerSecond = number & { readonly [unit]: '1/s' }
/** A part of a whole, 0 to 1. */
export type Share = number & { readonly [unit]: 'share' }
/** Sessions kept alive at once: the level of a closed shape. An object, so that a shape can tell it from a rate. */
export interface SessionsAlive {
  readonly alive: number
}

export const ms = (value: number): Milliseconds => value as Milliseconds
export const seconds = (value: number): Milliseconds => ms(value * 1_000)
export const minutes = (value: number): Milliseconds => ms(value * 60_000)
export const perSecond = (value: number): PerSecond => value as PerSecond
export const share = (value: number): Share => value as Share
/** A share written as people say it: `percent(0.1)` is one in a thousand. */
export const percent = (value: number): Share => share(value / 100)
export const sessions = (alive: number): SessionsAlive => ({ alive })
