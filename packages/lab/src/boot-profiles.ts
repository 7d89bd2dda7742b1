// How long a new instance takes, beside the catalogue of sizes: from asking for it until its process starts, and how
// long a change goes unnoticed before. As publicly reported, read on 2026-11-20; edit them where you know better.

import { seconds, type Milliseconds } from '@plimsoll/workload'

/** From asking for an instance until its process starts, and how long a change goes unnoticed before. */
export interface BootProfile {
  readonly boot: Milliseconds
  readonly notice: Milliseconds
  readonly note?: string
}

export const bootTimesReadOn = '2026-11-20'

export const bootProfiles = {
  'aws-ec2': {
    boot: seconds(75),
    notice: seconds(60),
    note: 'public reports: tens of seconds to 80 s, 60 s and more to notice',
  },
  'gcp-mig': {
    boot: seconds(25),
    notice: seconds(30),
    note: 'a public series of 5,000 starts: 23 to 25 s to a shell, whatever the size',
  },
  warm: { boot: seconds(2), notice: seconds(5), note: 'instances kept ready' },
} as const satisfies Record<string, BootProfile>
