// Log in and register: one form, two ways.

import { useRef, type ReactNode } from 'react'
import { wordsOf } from '../api/refusal.ts'
import { request } from '../api/request.ts'
import { Button } from '../design/button.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { PageHead } from '../design/page-head.tsx'
import { textIn } from '../resource/form-text.ts'
import { useAction } from '../resource/use-action.ts'
import { Link } from '../routing/link.tsx'
import { goTo, nextPath } from '../routing/navigation.ts'
import { useSite } from '../site.tsx'

type Way = 'log-in' | 'register'

const words = {
  'log-in': { title: 'Log in', other: 'New here?', go: 'Register', href: '/register' },
  register: {
    title: 'Join TagTogether',
    other: 'Registered before?',
    go: 'Log in',
    href: '/log-in',
  },
} as const

export function EnterPage({ way }: { way: Way }): ReactNode {
  const { title, other, go, href } = words[way]
  return (
    <div className="mx-auto max-w-md">
      <PageHead title={title} />
      <div className="rounded-3xl border border-line bg-card p-5 sm:p-7">
        <EnterForm way={way} />
        <p className="mt-6 text-soft">
          {other}{' '}
          <Link
            href={href + location.search}
            className="font-semibold text-ink underline underline-offset-4"
          >
            {go}
          </Link>
        </p>
      </div>
    </div>
  )
}

function EnterForm({ way }: { way: Way }): ReactNode {
  const { session, loadedBefore } = useSite()
  // Registered, but not logged in yet: what is tried again is the login.
  const registered = useRef('')
  const enter = useAction(async (form: FormData) => {
    const credentials = {
      user_name: textIn(form, 'user_name'),
      password: textIn(form, 'password'),
    }
    if (way === 'register' && registered.current !== credentials.user_name) {
      const is_old_customer = form.has('is_old_customer')
      const json = { ...credentials, is_old_customer }
      await request('/api/auth/register', { method: 'POST', json })
      registered.current = credentials.user_name
    }
    await session.logIn(credentials)
    loadedBefore.clear()
    goTo(nextPath(location.search))
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void enter.run(new FormData(event.currentTarget))
      }}
      className="grid grid-cols-1 gap-5"
    >
      <Field
        label="User name"
        name="user_name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={50}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete={way === 'register' ? 'new-password' : 'current-password'}
        required
        maxLength={200}
        {...(way === 'register' ? { minLength: 6, hint: 'At least 6 characters.' } : {})}
      />
      {way === 'register' ? <OldCustomer /> : null}
      {enter.error === undefined ? null : <Notice tone="trouble">{wordsOf(enter.error)}</Notice>}
      <Button type="submit" isBusy={enter.isBusy}>
        {way === 'register' ? 'Register' : 'Log in'}
      </Button>
    </form>
  )
}

function OldCustomer(): ReactNode {
  return (
    <label className="flex items-start gap-3">
      <input
        type="checkbox"
        name="is_old_customer"
        className="mt-1 size-5 shrink-0 accent-(--action)"
      />
      <span>
        I have been a customer before
        <span className="block text-sm text-soft">
          Teams earn more for members who are new customers.
        </span>
      </span>
    </label>
  )
}
