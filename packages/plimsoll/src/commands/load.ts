import { outputsHelp } from '../outputs-help.ts'
import type { Command } from '../command.ts'

export const loadCommand: Command = {
  summary: 'play a workload against any server',
  help: `
Usage: plimsoll load WORKLOAD[#NAME] --at URL [--at URL …] [--seed N] [--processes N]
                     [--level LEVEL …] [--json FILE] [--out FILE …] [--records FOLDER]
       plimsoll load WORKLOAD[#NAME] --at URL --debug

Plays the phases of a workload, as declared, against a server that is already there, and prints
what each action did in each phase: counts by outcome, response time from when it was due, and
service time. Nothing is deployed. While it runs, keys steer it, and so does "plimsoll steer".

  #NAME     which workload, when the file exports several
  --at URL  where the server is; several take turns
  --seed N  another sequence of sessions; default 1
  --processes N  how many processes play it together: exactly the sessions and instants of one, with a
            core each; default 1
  --level LEVEL  what must hold in every measured phase: "p99 < 200 ms", "p99 of GET /reviews < 0.5 s",
            "failures < 1 %"; a phase that can hold it no more ends the load, and it ends with 1;
            with 2 when a level could not be judged: no such action, not sent as planned,
            or the load generator was at its own limit
  --json FILE  also write the figures as JSON (- is standard output)
${outputsHelp}
  --records FOLDER  where records go; default: records
  --debug   plays one session of each persona and prints its requests and answers, secrets masked;
            pauses are cut to a hundredth, nothing is measured or recorded

Example:
  plimsoll up reviews --port 8080
  plimsoll load systems/reviews/workload.ts#launchDay --at http://127.0.0.1:8080 --level 'failures < 1 %'
`,
  run: async (input) => (await import('../play-workload.ts')).playWorkload(input),
}
