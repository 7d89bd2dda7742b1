// `campaign rebuild`: replays the ledger and compares every score with what is kept; with --write it puts the replayed
// ones in their place, while nobody may check in.

import { parseArgs } from 'node:util'
import { connectCommand, readSettings, runCommand, type Terminal } from '@plimsoll/service'
import type { Client } from 'pg'
import { Type } from 'typebox'

import { settingsSchema } from '../settings.ts'
import { compareScores, type ScoreDifference } from './compare-scores.ts'

const schema = Type.Object({ CAMPAIGN_START: settingsSchema.properties.CAMPAIGN_START })
const shown = 20

/** Resolves to 0 when every score was or is made right, 1 when some are not. */
export function rebuildCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(terminal, {
    program: 'campaign',
    unfinished: 'No score was changed.',
    body: async (signal) => {
      const { values } = parseArgs({ args: [...args], options: { write: { type: 'boolean' } } })
      const { CAMPAIGN_START: starts } = readSettings(schema, terminal.env)
      await using connection = await connectCommand({
        env: terminal.env,
        name: 'campaign rebuild',
        signal,
      })
      const { client } = connection
      await client.query('begin isolation level repeatable read')
      // Who writes to the ledger waits until the scores are right; who reads does not.
      if (values.write === true) await client.query('lock table ledger in exclusive mode')
      const { entries, teams, differences } = await compareScores(client, starts)
      terminal.stdout.write(`replayed ${entries} entries, compared ${teams} scores\n`)
      for (const difference of differences.slice(0, shown)) {
        terminal.stdout.write(`${sentenceOf(difference)}\n`)
      }
      if (values.write === true) for (const one of differences) await write(client, one)
      await client.query('commit')
      const isRight = differences.length === 0 || values.write === true
      terminal.stdout.write(
        differences.length === 0
          ? 'every score is that of the replay\n'
          : values.write === true
            ? `${differences.length} scores were put right\n`
            : `${differences.length} scores are not those of the replay; --write puts them right\n`,
      )
      return isRight ? 0 : 1
    },
  })
}

function sentenceOf({ team_name, kept, replayed }: ScoreDifference): string {
  return `${team_name}: kept ${JSON.stringify(kept)}, replayed ${JSON.stringify(replayed)}`
}

async function write(client: Client, { team_id, replayed }: ScoreDifference): Promise<void> {
  const moment = (microseconds: number) =>
    Number.isFinite(microseconds) ? `${microseconds} microseconds` : null
  await client.query(
    `update scores set members = $2, total_units = $3, new_units = $4,
       earliest = coalesce('epoch'::timestamptz + $5::interval, '-infinity'),
       latest = coalesce('epoch'::timestamptz + $6::interval, '-infinity'),
       version = version + 1, changed_by = pg_current_xact_id()
     where team_id = $1`,
    [
      team_id,
      replayed.members,
      replayed.total_units,
      replayed.new_units,
      moment(replayed.earliest),
      moment(replayed.latest),
    ],
  )
}
