import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Refusal, wordsOf } from '../api/refusal.ts'
import { Button } from '../design/button.tsx'
import { inputLooks } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { ImageChoice } from './image-choice.tsx'
import { useDraft, type DraftListener } from './use-draft.ts'

interface ComposerProps extends DraftListener {
  /** The writer came to write. */
  readonly isFocused?: boolean
}

const longest = 5_000

/** Where one writes a check-in. */
export function Composer({ isFocused = false, ...listener }: ComposerProps): ReactNode {
  const id = useId()
  const text = useRef<HTMLTextAreaElement>(null)
  const { content, image, write, show, send } = useDraft(listener)
  const { isBusy, error, result } = send
  useEffect(() => {
    // Whoever came to write, or has just checked in, may write at once.
    if (isFocused || result !== undefined) text.current?.focus()
  }, [isFocused, result])
  return (
    <form
      aria-label="Check in"
      className="grid grid-cols-1 gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void send.run()
      }}
    >
      <label htmlFor={id} className="font-semibold">
        What did you do today?
      </label>
      <textarea
        ref={text}
        id={id}
        rows={3}
        required
        maxLength={longest}
        readOnly={isBusy}
        value={content}
        onChange={(event) => write(event.target.value)}
        className={`${inputLooks} field-sizing-content max-h-80 min-h-24`}
      />
      <ImageChoice image={image} isFixed={isBusy} onChange={show} />
      {error === undefined ? null : <NotSent error={error} />}
      {result === undefined ? null : (
        <Notice tone="good">Checked in. Your teams’ scores are moving.</Notice>
      )}
      <div className="flex justify-end">
        <Button type="submit" isBusy={isBusy}>
          {isBusy ? 'Sending …' : 'Check in'}
        </Button>
      </div>
    </form>
  )
}

function NotSent({ error }: { error: unknown }): ReactNode {
  const isUnknown = error instanceof Refusal && error.isSilence
  return (
    <Notice tone="trouble">
      {wordsOf(error)}
      {isUnknown ? ' It may have arrived; sending it again is safe, it counts once.' : null}
    </Notice>
  )
}
