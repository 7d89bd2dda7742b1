// What `init` and `import` write passes the type checker and plays against a real server.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEngine } from '@plimsoll/engine'
import { Recorder } from '@plimsoll/record'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const samples = join(root, 'examples/data/import')
const seen = new Set<string>()
let folder = ''
let server: Server
let url = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-written-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { incremental: false, typeRoots: [join(root, 'node_modules/@types')] },
    include: ['*.ts'],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  server = createServer((request, answer) => {
    const path = request.url ?? ''
    seen.add(`${request.method} ${path}`)
    answer.statusCode = path.includes('/orders/') ? 404 : 200
    if (path === '/login') answer.setHeader('set-cookie', 'sid=1')
    request.resume().on('end', () => answer.end('{}'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

function plimsoll(...args: string[]): void {
  const bin = join(root, 'packages/plimsoll/bin/plimsoll.js')
  execFileSync(process.execPath, [bin, ...args], { cwd: folder, stdio: 'pipe' })
}

/** Plays a second or two of it with next to no pauses: actions by outcome. */
async function played(file: string, select: string, mixOf: string) {
  seen.clear()
  const recorder = new Recorder()
  const troubles: Error[] = []
  await using engine = await startEngine({
    source: { file: join(folder, file), select, kind: 'workload' },
    targets: [url],
    seed: 1,
    pauses: 0.001,
    onBatch: (batch) => recorder.absorb(batch),
    onTrouble: (error) => void troubles.push(error),
  })
  const place = { first_session: 0, second: 0 }
  await engine.play({ from: 'rate', sessions_per_second: 40, lasts_ms: 1_000, mixOf, ...place })
  await engine.close()
  expect(troubles).toEqual([])
  return { reasons: recorder.reasons, errors: recorder.sessions.errors }
}

const allOk = { reasons: [], errors: [] }

test('what is written passes the type checker and asks a real server for what was read', async () => {
  plimsoll('init')
  plimsoll('import', 'har', join(samples, 'shop.har'))
  plimsoll('import', 'openapi', join(samples, 'petshop.yaml'))
  plimsoll('import', 'openapi', join(samples, 'prices.swagger.json'))
  plimsoll('import', 'postman', join(samples, 'shop.postman_collection.json'), '--to', 'postman.ts')
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  expect(stdout.toString()).toBe('')

  expect(await played('workload.ts', 'day', 'rush')).toEqual(allOk)
  expect([...seen].filter((one) => !one.startsWith('GET /items/')).toSorted()).toEqual([
    'GET /',
    'POST /items',
  ])
  expect(await played('shop.workload.ts', 'imported', 'steady')).toEqual(allOk)
  expect([...seen].toSorted()).toEqual([
    'GET /',
    'GET /account?access_token=left-out',
    'GET /api/cart',
    'GET /api/orders/9b2f0c1e-7a55-4c1e-9f5e-0d6a3f1b2c3d/status',
    'GET /api/products/4711',
    'GET /api/products/4711/reviews?tag=new&tag=top+rated',
    'GET /api/products?page=1&sort=newest',
    'POST /api/cart/items',
    'POST /login',
  ])
  expect(await played('petshop.workload.ts', 'imported', 'steady')).toEqual(allOk)
  expect([...seen].toSorted()).toEqual([
    'GET /api/v3/health',
    'GET /api/v3/pets/7',
    'GET /api/v3/pets?limit=20',
    'POST /api/v3/orders',
    'POST /api/v3/pets',
  ])
  expect(await played('prices.swagger.workload.ts', 'imported', 'steady')).toEqual(allOk)
  expect([...seen].toSorted()).toEqual(['GET /v1/prices/bolt', 'POST /v1/prices'])
  expect(await played('postman.ts', 'imported', 'steady')).toEqual(allOk)
  expect([...seen].toSorted()).toEqual([
    'GET /ping',
    'GET /products/4711/in/vienna-7',
    'GET /products?page=1&shop=vienna-7',
    'POST /graphql',
    'POST /login',
    'POST /products',
  ])
})
