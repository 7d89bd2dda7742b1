import { useState, type ReactNode } from 'react'
import { wordsOf } from '../api/refusal.ts'
import { Button } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { textIn } from '../resource/form-text.ts'
import { useAction } from '../resource/use-action.ts'
import { useSite } from '../site.tsx'

const day_ms = 24 * 3_600_000

/** Plans an event. */
export function NewEventForm({ onCreated }: { onCreated: () => Promise<void> }): ReactNode {
  const { session } = useSite()
  // A new form, empty, after each event.
  const [count, setCount] = useState(0)
  const [now] = useState(() => Date.now())
  const create = useAction(async (form: FormData) => {
    const time = (name: string) => new Date(textIn(form, name)).toISOString()
    const json = {
      title: textIn(form, 'title').trim(),
      capacity: Number(form.get('capacity')),
      opens_at: time('opens_at'),
      closes_at: time('closes_at'),
    }
    await session.act('/api/events', { method: 'POST', json })
    setCount((count) => count + 1)
    await onCreated()
    return json.title
  })
  return (
    <Card title="Plan an event">
      <form
        key={count}
        className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-1"
        onSubmit={(event) => {
          event.preventDefault()
          void create.run(new FormData(event.currentTarget))
        }}
      >
        <Field label="Title" name="title" autoComplete="off" required maxLength={100} />
        <Field
          label="Places"
          name="capacity"
          type="number"
          inputMode="numeric"
          min={1}
          max={100_000}
          defaultValue={20}
          required
        />
        <Field
          label="Registration opens"
          name="opens_at"
          type="datetime-local"
          defaultValue={localTime(now)}
          required
        />
        <Field
          label="Registration closes"
          name="closes_at"
          type="datetime-local"
          defaultValue={localTime(now + 7 * day_ms)}
          required
        />
        <div className="grid grid-cols-1 gap-3 sm:col-span-2 lg:col-span-1">
          {create.error === undefined ? null : (
            <Notice tone="trouble">{wordsOf(create.error)}</Notice>
          )}
          {create.result === undefined ? null : (
            <Notice tone="good">{create.result} is planned.</Notice>
          )}
          <div>
            <Button type="submit" isBusy={create.isBusy}>
              Plan event
            </Button>
          </div>
        </div>
      </form>
    </Card>
  )
}

/** A time as an input of local times takes it: `2026-11-20T12:00`. */
function localTime(time: number): string {
  const offset_ms = new Date(time).getTimezoneOffset() * 60_000
  return new Date(time - offset_ms).toISOString().slice(0, 16)
}
