import type { ReactNode } from 'react'

type Tone = 'trouble' | 'good' | 'note'

const tones: Readonly<Record<Tone, string>> = {
  trouble: 'bg-blush text-coral',
  good: 'bg-mint text-leaf',
  note: 'bg-glow text-ink',
}

/** Something that is said to people, and read out: trouble at once, the rest in its turn. */
export function Notice({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <div
      role={tone === 'trouble' ? 'alert' : 'status'}
      className={`flex animate-arrive flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-2xl px-4 py-3 font-medium ${tones[tone]}`}
    >
      {children}
    </div>
  )
}
