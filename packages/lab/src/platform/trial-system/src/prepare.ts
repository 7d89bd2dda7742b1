// Leaves a database behind, which shows that the data was prepared.

import { postgresFrom } from '@plimsoll/stores'

const host = await postgresFrom(process.env)
const { name } = await host.createDatabase()
process.stdout.write(`made ${name}\n`)
