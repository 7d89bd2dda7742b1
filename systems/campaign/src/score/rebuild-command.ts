// `campaign rebuild`: replays the ledger and compares every score with what is kept, and what the scores are made of; with
// --write it puts the replayed ones in their place, while nobody may check in, join or leave, or register.

import { parseArgs } from 'node:util'
import { connectCommand, readSettings, runCommand, type Terminal } from '@plimsoll/service'
import type { Client } from 'pg'
import { Type } from 'typebox'

import { settingsSchema } from '../settings.ts'
import { compareScores, type ScoreDifference } from './compare-scores.ts'
import { compareSources, mendSources } from './score-sources.ts'

const schema = Type.Object({ CAMPAIGN_START: settingsSchema.properties.CAMPAIGN_START })
const shown = 20

/** Resolves to 0 when every score was or is made right, 1 when some are not. */
export function rebuildCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(terminal, {
    program: 'campaign',
    unfinished: 'No score was changed.',
    body: async (signal) => {
      const { values } = parseArgs({ args: [...args], options: { write: { type: 'boolean' } } })
      const isWriting = values.write === true
      const { CAMPAIGN_START: starts } = readSettings(schema, terminal.env)
      await using connection = await connectCommand({
        env: terminal.env,
        name: 'campaign rebuild',
        signal,
      })
      const { client } = connection
      await client.query('begin isolation level repeatable read')
      // Who writes to the ledger has locked a user before, and waits until all is right; who reads does not.
      if (isWriting) await client.query('lock table users, ledger in exclusive mode')
      const { entries, teams, differences } = await compareScores(client, starts)
      const wrongSources = await compareSources(client)
      terminal.stdout.write(`replayed ${entries} entries, compared ${teams} scores\n`)
      for (const difference of differences.slice(0, shown)) {
        terminal.stdout.write(`${sentenceOf(difference)}\n`)
      }
      if (isWriting) await mendSources(client)
      if (isWriting) for (const one of differences) await write(client, one)
      await client.query('commit')
      const counts = [...wrongSources, ...countOf(differences)]
      for (const [what, count] of counts) {
        terminal.stdout.write(
          isWriting
            ? `${count} ${what} were put right\n`
            : `${count} ${what} are not those of the replay; --write puts them right\n`,
        )
      }
      if (counts.length === 0) terminal.stdout.write('every score is that of the replay\n')
      return counts.length === 0 || isWriting ? 0 : 1
    },
  })
}

function countOf(differences: readonly ScoreDifference[]): [string, number][] {
  return differences.length === 0 ? [] : [['scores', differences.length]]
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
