import type { ReactNode } from 'react'
import { Emblem } from '../design/emblem.tsx'
import { useSessionView } from '../site.tsx'
import type { Draft } from './use-draft.ts'
import { useObjectUrl } from './use-object-url.ts'

/** A check-in on its way: where it will stand, and told from those that arrived. */
export function SendingCard({ draft: { content, image } }: { draft: Draft }): ReactNode {
  const { user_name } = useSessionView()
  const url = useObjectUrl(image)
  return (
    <article
      aria-label="Your check-in on its way"
      className="rounded-3xl border border-dashed border-edge bg-card p-5"
    >
      <div className="flex items-center gap-3">
        <Emblem name={user_name} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{user_name}</p>
          <p className="animate-breathe text-sm text-soft">Sending …</p>
        </div>
      </div>
      <p className="mt-3 whitespace-pre-line wrap-anywhere text-soft">{content}</p>
      {image === undefined ? null : (
        <div className="mt-4 aspect-[4/3] w-full overflow-hidden rounded-2xl bg-line">
          {url === undefined ? null : (
            <img src={url} alt="" className="size-full object-cover opacity-60" />
          )}
        </div>
      )}
    </article>
  )
}
