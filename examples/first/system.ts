import { seconds, service, system } from 'plimsoll'

/** One service and nothing else. `command` may be a program in any language. */
export default system({
  name: 'first',
  folder: import.meta.dirname,
  entry: 'prices',
  parts: {
    prices: service({
      command: ['node', 'server.ts'],
      ready: '/ready',
      drain: seconds(5),
      settings: ({ port }) => ({ PORT: String(port) }),
    }),
  },
})
