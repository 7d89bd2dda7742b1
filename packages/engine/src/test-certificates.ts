// Certificates for tests, made by openssl: an authority, and what it signed. Only tests use them.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface Signed {
  readonly certificate: string
  readonly key: string
  /** Both, as a server takes them. */
  readonly pem: { readonly cert: Buffer; readonly key: Buffer }
}

export interface Authority extends AsyncDisposable {
  /** The file of its certificate. */
  readonly ca: string
  /** A certificate for these names, `DNS:localhost` or `IP:127.0.0.1`; -1 days: it has expired. */
  sign(names: string, options?: { days: number }): Promise<Signed>
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

export async function testAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-certificates-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...given: string[]) => execute('openssl', given, { cwd: folder })
  const subject = ['-subj', '/CN=an authority for tests']
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    ...subject,
  )
  let signed = 0
  return {
    ca: at('ca.pem'),
    async sign(names, { days } = { days: 2 }) {
      const name = `signed-${(signed += 1)}`
      await writeFile(at(`${name}.names`), `subjectAltName=${names}`)
      await openssl(
        'req',
        ...newKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        '/CN=signed',
      )
      const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', `${days}`]
      const out = ['-extfile', `${name}.names`, '-out', `${name}.pem`]
      await openssl('x509', '-req', '-in', `${name}.csr`, ...authority, ...out)
      const [certificate, key] = [at(`${name}.pem`), at(`${name}.key`)]
      return {
        certificate,
        key,
        pem: { cert: await readFile(certificate), key: await readFile(key) },
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
