// A system with a fault in every field that can have one.

import { postgres, seconds, service, system } from 'plimsoll'

export default system({
  name: 'My Shop',
  folder: import.meta.dirname,
  entry: 'database',
  parts: {
    database: postgres(),
    port: service({
      command: [],
      needs: ['cache'],
      ready: '/ready',
      drain: seconds(1),
      settings: () => ({}),
    }),
  },
})
