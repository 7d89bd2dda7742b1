import { seconds, service, system } from 'plimsoll'

/** Says why it ends, and ends. */
export default system({
  name: 'mortal',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    api: service({
      command: ['node', '-e', 'console.error("no price list at /etc/prices"); process.exit(1)'],
      ready: '/ready',
      drain: seconds(1),
      settings: () => ({}),
    }),
  },
})
