// Numbers as people read them: 3 significant digits (4 from 1,000 up), thousands separators, units always.
// Counts stay exact. What is infinite or unknown says so instead of hiding.

import type { Estimate } from '@plimsoll/judgement'

/**
 * A measured number: 3 significant digits, 4 from 1,000 up. The page's script carries this very function
 * as text, so it must not lean on anything around it.
 */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const digits = Math.abs(value) >= 1_000 ? 4 : 3
  return value.toLocaleString('en-GB', { maximumSignificantDigits: digits }).replace('-', '−')
}

/** A count, exact: `1,203,441`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}

/** A count with its noun: `1 promise`, `1,204 promises`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${Math.round(value) === 1 ? '' : 's'}`
}

/** A time in ms that may be infinite (null). */
export function milliseconds(value: number | null): string {
  return `${value === null ? '∞' : figure(value)} ms`
}

/** A rate: `1,240/s`. */
export function perSecond(value: number): string {
  return `${figure(value)}/s`
}

/** 0–1 as a percentage: `97.3 %`. */
export function percentage(share: number): string {
  return `${figure(share * 100)} %`
}

/** Money to the cent or to 3 digits, whichever says more: `$0.219`, `$12.50`. */
export function dollars(value: number): string {
  return value >= 10
    ? `$${value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
    : `$${value.toLocaleString('en-GB', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })}`
}

const threeDigits = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }

/** The middle of an interval: 3 digits, because more would claim a precision that no interval has. */
export function estimated({ value }: Estimate): string {
  return value.toLocaleString('en-GB', threeDigits)
}

/** The ends of an interval: `1,180–1,300`, 3 digits each. */
export function interval({ low, high }: Estimate): string {
  return `${low.toLocaleString('en-GB', threeDigits)}–${high.toLocaleString('en-GB', threeDigits)}`
}

/** A length of time in the largest sensible unit: `45 s`, `2 min 05 s`, `1 h 04 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  const padded = (value: number) => String(value).padStart(2, '0')
  if (minutes < 60) return `${minutes} min ${padded(whole % 60)} s`
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`
}

/** Bytes in binary units: `7.75 GiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let scaled = value
  let unit = 0
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024
    unit += 1
  }
  return `${figure(scaled)} ${units[unit]}`
}
