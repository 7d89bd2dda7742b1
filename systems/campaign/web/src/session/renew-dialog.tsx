import { useEffect, useRef, type ReactNode } from 'react'
import { wordsOf } from '../api/refusal.ts'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { textIn } from '../resource/form-text.ts'
import { useAction } from '../resource/use-action.ts'
import { useSessionView, useSite } from '../site.tsx'

/** Asks for the password of a session that has ended; what waits for it goes on after it. */
export function RenewDialog(): ReactNode {
  const { session } = useSite()
  const { isAsking } = useSessionView()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isAsking && dialog.current?.open === false) dialog.current.showModal()
    if (!isAsking) dialog.current?.close()
  }, [isAsking])
  return (
    <dialog
      ref={dialog}
      aria-labelledby="renew-title"
      onClose={session.stopAsking}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-3xl border border-line bg-card p-6 text-ink"
    >
      {isAsking ? <RenewForm /> : null}
    </dialog>
  )
}

function RenewForm(): ReactNode {
  const { session } = useSite()
  const { user_name } = useSessionView()
  const logIn = useAction(async (form: FormData) => {
    await session.logIn({ user_name, password: textIn(form, 'password') })
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void logIn.run(new FormData(event.currentTarget))
      }}
      className="grid grid-cols-1 gap-4"
    >
      <h2 id="renew-title" className="text-2xl">
        Welcome back, {user_name}
      </h2>
      <p className="text-soft">
        Your session has ended. Log in again to go on; what you wrote is still there.
      </p>
      <input type="hidden" name="user_name" autoComplete="username" value={user_name} readOnly />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus
      />
      {logIn.error === undefined ? null : <Notice tone="trouble">{wordsOf(logIn.error)}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" isBusy={logIn.isBusy}>
          Log in
        </Button>
        <Button tone="quiet" onClick={session.stopAsking}>
          Not now
        </Button>
      </div>
    </form>
  )
}
