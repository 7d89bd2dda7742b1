import { seconds, service, system } from 'plimsoll'

/** Lives, and never listens. */
export default system({
  name: 'silent',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    api: service({
      command: ['node', '-e', 'setInterval(() => {}, 1000)'],
      ready: '/ready',
      drain: seconds(1),
      settings: () => ({}),
    }),
  },
})
