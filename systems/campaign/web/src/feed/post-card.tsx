import { memo, type ReactNode } from 'react'
import type { Post } from '../api/contract.ts'
import { Emblem } from '../design/emblem.tsx'
import { Moment } from '../design/moment.tsx'

/** One check-in. An image has its room before it is loaded. */
export const PostCard = memo(function PostCard({ post }: { post: Post }): ReactNode {
  const { user_name, content, timestamp, image } = post
  return (
    <article
      aria-label={`Check-in of ${user_name}`}
      className="animate-arrive rounded-3xl border border-line bg-card p-5"
    >
      <div className="flex items-center gap-3">
        <Emblem name={user_name} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{user_name}</p>
          <p className="text-sm text-soft">
            <Moment iso={timestamp} />
          </p>
        </div>
      </div>
      <p className="mt-3 whitespace-pre-line wrap-anywhere">{content}</p>
      {image === null ? null : (
        <a href={image} target="_blank" rel="noreferrer" className="mt-4 block rounded-2xl">
          <img
            src={image}
            alt={`Posted by ${user_name}; opens in full`}
            loading="lazy"
            decoding="async"
            className="aspect-[4/3] w-full rounded-2xl bg-line object-cover"
          />
        </a>
      )}
    </article>
  )
})
