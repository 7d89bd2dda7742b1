import { useId, type ReactNode } from 'react'

interface CardProps {
  title: string
  /** Stands at the end of the title's line. */
  aside?: ReactNode
  className?: string
  children: ReactNode
}

/** A part of a page with a heading. */
export function Card({ title, aside, className = '', children }: CardProps): ReactNode {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={`rounded-3xl border border-line bg-card p-5 sm:p-6 ${className}`}
    >
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={id} className="text-xl">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
