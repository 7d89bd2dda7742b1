// Other generators, installed for the time of the benchmark from where their users get them, into a temporary folder.
// One that cannot be installed is left out, with the reason.

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connections } from './bench-workload.ts'

const execute = promisify(execFile)
const installWithin_ms = 600_000

export type Scenario = 'plain' | 'script'

/** How to run it, or why not. */
export type Peer = { readonly name: string; readonly version: string } & (
  | { readonly command: (load: Load) => readonly string[] }
  | { readonly absent: string }
)

export interface Load {
  readonly url: string
  readonly scenario: Scenario
  readonly seconds: number
}

interface Wanted {
  readonly name: string
  readonly scenarios: readonly Scenario[]
  /** Returns what to run, or throws. */
  readonly install: (folder: string) => Promise<(load: Load) => readonly string[]>
  readonly version: string
}

const wanted: readonly Wanted[] = [
  {
    name: 'wrk',
    version: 'as installed',
    scenarios: ['plain'],
    async install() {
      // It has no option for its version but answers with one, and with an exit code of 1.
      await execute('wrk', ['-v']).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') throw error
      })
      return ({ url, seconds }) => ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url]
    },
  },
  {
    name: 'autocannon',
    version: '9.0.0',
    scenarios: ['plain'],
    async install(folder) {
      const file = await installFromNpm(folder, 'autocannon', '9.0.0')
      const flags = ['-c', String(connections)]
      return ({ url, seconds }) => ['node', file, ...flags, '-d', String(seconds), '-n', url]
    },
  },
  {
    name: 'k6',
    version: '1.8.1',
    scenarios: ['plain', 'script'],
    async install(folder) {
      const env = { ...process.env, GOBIN: folder }
      await execute('go', ['install', 'go.k6.io/k6@v1.8.1'], { env, timeout: installWithin_ms })
      const file = join(folder, 'k6.js')
      await writeFile(file, k6Script)
      return ({ url, scenario, seconds }) => [
        join(folder, 'k6'),
        'run',
        '--quiet',
        `--vus=${connections}`,
        `--duration=${seconds}s`,
        `-eURL=${url}`,
        `-eSCENARIO=${scenario}`,
        file,
      ]
    },
  },
  {
    name: 'locust',
    version: '2.47.0',
    scenarios: ['plain'],
    async install(folder) {
      await execute('python3', ['-m', 'venv', folder], { timeout: installWithin_ms })
      const pip = ['install', '--quiet', '--disable-pip-version-check', 'locust==2.47.0']
      await execute(join(folder, 'bin/pip'), pip, { timeout: installWithin_ms })
      const file = join(folder, 'locustfile.py')
      await writeFile(file, locustFile)
      return ({ url, seconds }) => [
        join(folder, 'bin/locust'),
        `--locustfile=${file}`,
        '--headless',
        `--users=${connections}`,
        `--spawn-rate=${connections}`,
        `--run-time=${seconds}s`,
        `--host=${url}`,
      ]
    },
  },
  {
    name: 'artillery',
    version: '2.0.34',
    scenarios: ['plain'],
    async install(folder) {
      const file = await installFromNpm(folder, 'artillery', '2.0.34', 'bin/run')
      const scenario = join(folder, 'load.json')
      await writeFile(scenario, artilleryScenario)
      return ({ url }) => ['node', file, 'run', '--quiet', '--target', url, scenario]
    },
  },
]

/** All of them for one scenario; `only` names those that are tried. */
export async function installPeers({
  folder,
  only,
}: {
  readonly folder: string
  readonly only: readonly string[] | null
}): Promise<Record<Scenario, Peer[]>> {
  const peers: Record<Scenario, Peer[]> = { plain: [], script: [] }
  for (const { name, version, scenarios, install } of wanted) {
    const own = join(folder, name)
    let peer: Peer
    if (only !== null && !only.includes(name)) {
      peer = { name, version, absent: 'not in the smoke size' }
    } else {
      await mkdir(own, { recursive: true })
      peer = await install(own).then(
        (command) => ({ name, version, command }),
        (error: unknown) => ({ name, version, absent: whyNot(error) }),
      )
    }
    for (const scenario of scenarios) peers[scenario].push(peer)
  }
  return peers
}

function whyNot(error: unknown): string {
  const { code, path, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string }
  if (code === 'ENOENT') return `${path ?? 'it'} is not there`
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return `could not be installed: ${last === '' ? String(error) : last}`.slice(0, 200)
}

async function installFromNpm(
  folder: string,
  name: string,
  version: string,
  main = `${name}.js`,
): Promise<string> {
  await writeFile(join(folder, 'package.json'), '{"private":true}\n')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const options = { cwd: folder, timeout: installWithin_ms }
  await execute('npm', ['install', ...flags, `${name}@${version}`], options)
  return join(folder, 'node_modules', name, main)
}

const k6Script = `
import http from 'k6/http'
import { check } from 'k6'
const url = __ENV.URL
export default function () {
  const first = http.get(url + '/')
  if (__ENV.SCENARIO === 'plain') {
    check(first, { 'the status is 200': ({ status }) => status === 200 })
    return
  }
  const second = http.get(http.url\`\${url}/items/\${first.json('id')}\`)
  check(second, { 'the status is 200': ({ status }) => status === 200 })
}
`

const locustFile = `
from locust import FastHttpUser, constant, task

class Reader(FastHttpUser):
    wait_time = constant(0)

    @task
    def read(self):
        with self.client.get("/", catch_response=True) as response:
            if response.status_code != 200:
                response.failure("the status is not 200")
`

const artilleryScenario = JSON.stringify({
  config: {
    target: 'http://127.0.0.1',
    phases: [{ duration: 1, arrivalCount: connections }],
    http: { pool: connections },
  },
  scenarios: [{ flow: [{ loop: [{ get: { url: '/' } }], count: 1_000_000 }] }],
})
