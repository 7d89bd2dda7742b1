// What really arrived at a server, a hundred times as fast: in each hundredth of a second as many as were recorded in
// its second.

import { persona, replay, seconds, workload } from 'plimsoll'
import { readRecordedTimes } from './recorded-times.ts'

const faster = 100
const recorded = replay({
  at: readRecordedTimes(process.env['PLIMSOLL_DATA']),
  resolution: seconds(1),
})

const visitor = persona({
  why: 'one session for each request of the recording',
  async live({ http }) {
    await http.get('/')
  },
})

export const recordedDay = workload({
  personas: { visitor },
  mix: { visitor: 1 },
  phases: { day: { shape: recorded.scaled({ level: faster, duration: 1 / faster }) } },
})
