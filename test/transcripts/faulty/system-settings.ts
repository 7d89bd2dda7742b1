import { postgres, seconds, service, system } from 'plimsoll'

/** Durability is not for sale, and where it listens is not its business. */
export default system({
  name: 'forgetful',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres({ fsync: 'off', synchronous_commit: 'off', port: '5432' }),
    api: service({
      command: ['node', '--version'],
      needs: ['database'],
      ready: '/ready',
      drain: seconds(1),
      settings: () => ({}),
    }),
  },
})
