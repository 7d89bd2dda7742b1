import { useState, type ReactNode } from 'react'
import { Button, ButtonLink } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Empty, NotLoaded } from '../design/empty.tsx'
import { Notice } from '../design/notice.tsx'
import { PageHead } from '../design/page-head.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { wordsOf } from '../api/refusal.ts'
import { useSessionView } from '../site.tsx'
import { Composer } from './composer.tsx'
import { PostCard } from './post-card.tsx'
import { SendingCard } from './sending-card.tsx'
import type { Draft } from './use-draft.ts'
import { useFeed, type Feed } from './use-feed.ts'

/** What people did, and where one says what one did oneself. */
export function FeedPage({ isComposing }: { isComposing: boolean }): ReactNode {
  const { state } = useSessionView()
  const feed = useFeed()
  const [sending, setSending] = useState<Draft>()
  const settle = async () => {
    await feed.refresh()
    setSending(undefined)
  }
  return (
    <div className="mx-auto max-w-2xl">
      <PageHead title={isComposing ? 'Check in' : 'Feed'} />
      <Card title={state === 'none' ? 'Take part' : 'Your check-in'} className="mb-8">
        {state === 'none' ? (
          <div className="flex flex-wrap items-center gap-3">
            <p className="mr-auto text-soft">Log in to check in for your teams.</p>
            <ButtonLink href="/log-in?next=/check-in">Log in</ButtonLink>
            <ButtonLink href="/register?next=/check-in" tone="quiet">
              Register
            </ButtonLink>
          </div>
        ) : (
          <Composer isFocused={isComposing} onSending={setSending} onSettled={settle} />
        )}
      </Card>
      <Posts feed={feed} sending={sending} />
    </div>
  )
}

function Posts({ feed, sending }: { feed: Feed; sending: Draft | undefined }): ReactNode {
  const { shown, unseen, error, older } = feed
  if (shown === undefined)
    return error === undefined ? (
      <Loading what="posts">
        <div className="grid grid-cols-1 gap-4">
          <Skeleton className="h-36" />
          <Skeleton className="h-36" />
          <Skeleton className="h-36" />
        </div>
      </Loading>
    ) : (
      <NotLoaded what="The feed" error={error} onRetry={() => void feed.refresh()} />
    )
  if (shown.posts.length === 0 && sending === undefined)
    return <Empty title="Nobody has checked in yet. Be the first!" />
  return (
    <div className="relative grid grid-cols-1 gap-4">
      <div role="status" className="sticky top-3 z-10 -mt-4 h-0 text-center">
        {unseen === 0 ? null : (
          <Button tone="marigold" className="shadow-lg" onClick={feed.showUnseen}>
            {unseen === 1 ? '1 new post' : `${unseen} new posts`}
          </Button>
        )}
      </div>
      {sending === undefined ? null : <SendingCard draft={sending} />}
      {shown.posts.map((post) => (
        <PostCard key={post.id} post={post} />
      ))}
      {older.error === undefined ? null : <Notice tone="trouble">{wordsOf(older.error)}</Notice>}
      {shown.next === undefined ? null : (
        <Button tone="quiet" isBusy={older.isBusy} onClick={() => void older.run()}>
          Older posts
        </Button>
      )}
    </div>
  )
}
