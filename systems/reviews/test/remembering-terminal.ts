// A terminal for the tests of commands: remembers what is said to it and can be interrupted.

import { EventEmitter } from 'node:events'

/** A terminal in front of the database at `url`; `emit('SIGINT')` is Ctrl-C. */
export function rememberingTerminal(url: string) {
  const said = { out: '', err: '' }
  return Object.assign(new EventEmitter(), {
    env: { DATABASE_URL: url },
    stdout: { write: (text: string) => (said.out += text) },
    stderr: { write: (text: string) => (said.err += text) },
    said,
  })
}
