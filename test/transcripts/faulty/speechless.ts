import { hold, perSecond, persona, seconds, workload } from 'plimsoll'
import first from '../../../examples/first/experiment.ts'

const prices: Readonly<Record<string, number>> = {}

const buyer = persona({
  why: 'throws before it asks for anything',
  async live({ http }) {
    await http.get(`/prices/${prices['tea']!.toFixed(2)}`)
  },
})

/** Sound as far as a plan can tell. */
export default {
  ...first,
  workload: workload({
    personas: { buyer },
    mix: { buyer: 1 },
    phases: { rush: { shape: hold({ at: perSecond(10), for: seconds(5) }) } },
  }),
}
