// Which characteristics each product has, read once from the database: for the engine as a file, for wrk as Lua.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

export async function readCharacteristics({
  database,
  folder,
}: {
  database: string
  folder: string
}): Promise<{ answers: string; file: string }> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const { rows } = await client.query<{ product_id: string; ids: string[] }>(
    `select product_id, characteristic_ids as ids from product_figures
     where characteristic_ids <> '{}' order by 1`,
  )
  await client.end()
  const file = join(folder, 'characteristics.json')
  const byProduct = rows.map(({ product_id, ids }) => [product_id, ids.map(Number)])
  await writeFile(file, JSON.stringify(Object.fromEntries(byProduct)))
  const answers = rows.map(({ product_id, ids }) => {
    const members = ids.map((id) => `"${id}":3`).join(',')
    return `[${product_id}]='${members}'`
  })
  return { answers: answers.join(','), file }
}
