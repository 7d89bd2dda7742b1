import { useId, type ComponentProps, type ReactNode } from 'react'

export const inputLooks =
  'w-full min-h-11 rounded-xl border border-edge bg-card px-4 py-2.5 text-base text-ink ' +
  'placeholder:text-soft aria-invalid:border-coral aria-invalid:border-2'

interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string
  hint?: string
  error?: string | undefined
}

/** An input with its label, a hint, and what is wrong with it. */
export function Field({ label, hint, error, className = '', ...rest }: FieldProps): ReactNode {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-semibold">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={described === '' ? undefined : described}
        className={inputLooks}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="mt-1.5 text-sm font-semibold text-coral">
          {error}
        </p>
      )}
    </div>
  )
}
