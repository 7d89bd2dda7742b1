import type { ComponentProps, ReactNode } from 'react'
import { Link } from '../routing/link.tsx'

type Tone = 'action' | 'marigold' | 'quiet' | 'danger'

const shape =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-full px-5 py-2 text-base font-semibold ' +
  'transition-colors cursor-pointer select-none aria-disabled:cursor-default aria-disabled:animate-breathe'

const tones: Readonly<Record<Tone, string>> = {
  action: 'bg-action text-on-action hover:bg-action-strong',
  marigold: 'bg-marigold text-on-marigold hover:bg-glow hover:text-ink',
  quiet: 'border border-edge text-ink hover:bg-lane',
  danger: 'border border-edge text-coral hover:bg-blush',
}

/** A button. While it is busy it keeps its size and its place in the order of keys, and does nothing. */
export function Button({
  tone = 'action',
  isBusy = false,
  className = '',
  onClick,
  ...rest
}: ComponentProps<'button'> & { tone?: Tone; isBusy?: boolean }): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault()
        else onClick?.(event)
      }}
      className={`${shape} ${tones[tone]} ${className}`}
    />
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  tone = 'action',
  className = '',
  ...rest
}: ComponentProps<typeof Link> & { tone?: Tone }): ReactNode {
  return <Link {...rest} className={`${shape} ${tones[tone]} ${className}`} />
}
