import type { Command } from '../command.ts'

export const steerCommand: Command = {
  summary: 'pause, resume, speed up, slow down or stop a load that is being played',
  help: `
Usage: plimsoll steer DIR status|pause|resume|stop
       plimsoll steer DIR rate FACTOR

Gives an order to the load whose records are written to DIR, and tells how it goes then. Paused, no session
begins and the time of the phase stands still; sessions that live go on. FACTOR is of the planned rate or
number of sessions, from 0.01 to 100. A load that was steered is no measurement of its plan: its record says so.

Example:
  plimsoll steer records/load-day/2026-11-20T17-00-00 rate 1.5
`,
  run: async (input) => (await import('../steer-command.ts')).steerCommandLine(input),
}
