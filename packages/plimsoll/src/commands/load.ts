import type { Command } from '../command.ts'

export const loadCommand: Command = {
  summary: 'play a workload against any server',
  help: `
Usage: plimsoll load WORKLOAD[#NAME] --at URL [--at URL …] [--seed N] [--json FILE]
                     [--records FOLDER]

Plays the phases of a workload, as declared, against a server that is already there, and prints
what each action did in each phase: counts by outcome, response time from when it was due, and
service time. Nothing is deployed and nothing is judged.

  #NAME     which workload, when the file exports several
  --at URL  where the server is; several take turns
  --seed N  another sequence of sessions; default 1
  --json FILE  also write the figures as JSON (- is standard output)
  --records FOLDER  where records go; default: records

Example:
  plimsoll up reviews --port 8080
  plimsoll load systems/reviews/workload.ts#launchDay --at http://127.0.0.1:8080
`,
  run: async (input) => (await import('../play-workload.ts')).playWorkload(input),
}
