import { useEffect, type ReactNode } from 'react'

/** The heading of a page, which is also its name in the browser's title. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · TagTogether`
  }, [title])
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
      <h1 tabIndex={-1} className="text-3xl break-words sm:text-4xl">
        {title}
      </h1>
      {children}
    </div>
  )
}
