import type { Command } from '../command.ts'

export const upCommand: Command = {
  summary: 'bring a system up on this machine, with its data, until Ctrl-C',
  help: `
Usage: plimsoll up SYSTEM [--port N]

Brings up one instance of every part of a system, unlimited, on a real database with prepared
data, and says where it is. SYSTEM is a name below systems/ or examples/, or the path of a system.ts.
The data is a fresh copy each time: what you change is gone after Ctrl-C. With DATABASE_URL set, a
database of its own on that server is used instead, and removed after Ctrl-C.

  --port N  where the entry part listens; default: a free port

Example:
  plimsoll up reviews --port 8080      then open http://127.0.0.1:8080/docs
`,
  run: async (input) => (await import('../bring-up.ts')).bringUp(input),
}
