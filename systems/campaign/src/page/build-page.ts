// Builds the page into the folder that it is given: `node build-page.ts FOLDER`. A process of its own, because what
// builds the page is large and is needed only then. Beside each text file lies the same compressed.

import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const [folder = ''] = process.argv.slice(2)
await build({
  configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)),
  logLevel: 'warn',
  build: { outDir: folder, emptyOutDir: true },
})
for (const name of await readdir(folder, { recursive: true })) {
  if (!/\.(html|css|js|svg)$/.test(name)) continue
  const content = await readFile(join(folder, name))
  await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
}
