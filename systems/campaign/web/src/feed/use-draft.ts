// A check-in that is being written. As long as it is not changed it keeps its nonce, so sending it again never
// doubles it.

import { useRef, useState } from 'react'
import { useAction, type Action } from '../resource/use-action.ts'
import { useSite } from '../site.tsx'
import { newNonce } from './nonce.ts'

/** What a check-in says and shows. */
export interface Draft {
  readonly content: string
  readonly image: File | undefined
}

export interface DraftListener {
  /** It is sent. */
  readonly onSending?: ((draft: Draft) => void) | undefined
  /** It was stored, or not. */
  readonly onSettled?: (() => Promise<void>) | undefined
}

export interface DraftInHand extends Draft {
  readonly write: (content: string) => void
  readonly show: (image: File | undefined) => void
  /** Sends it, and begins a new one when it is stored. */
  readonly send: Action<[], true>
}

const empty: Draft = { content: '', image: undefined }
const deadline_ms = 60_000

export function useDraft({ onSending, onSettled }: DraftListener): DraftInHand {
  const { session } = useSite()
  const nonce = useRef(newNonce())
  const [draft, setDraft] = useState(empty)
  const send = useAction(async () => {
    const sent = { ...draft, content: draft.content.trim() }
    onSending?.(sent)
    try {
      const form = formOf(sent, nonce.current)
      await session.act('/api/user/upload-post', { method: 'POST', form, deadline: deadline_ms })
    } finally {
      await onSettled?.()
    }
    nonce.current = newNonce()
    setDraft(empty)
    return true as const
  })
  const change = (change: Partial<Draft>) => {
    nonce.current = newNonce()
    setDraft((draft) => ({ ...draft, ...change }))
    send.clear()
  }
  return {
    ...draft,
    write: (content) => change({ content }),
    show: (image) => change({ image }),
    send,
  }
}

function formOf({ content, image }: Draft, nonce: string): FormData {
  const form = new FormData()
  form.set('content', content)
  form.set('nonce', nonce)
  if (image !== undefined) form.set('image', image)
  return form
}
