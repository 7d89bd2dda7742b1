// Settings come from the environment by a TypeBox schema whose keys are the names of the variables. All
// faults are found at once; variables that the schema does not name belong to others and are ignored.

import { Type, type Static, type TObject, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** One setting that cannot be used. `found` is redacted when the setting is a secret. */
export interface SettingFault {
  readonly name: string
  readonly expected: string
  readonly found: string
  readonly hint: string
}

/** The environment does not fit the schema; the process ends with exit code 3. */
export class SettingsError extends Error {
  readonly faults: readonly SettingFault[]

  constructor(faults: readonly SettingFault[]) {
    const lines = faults.map(
      ({ name, expected, found, hint }) =>
        `  ${name}: expected ${expected}, found ${found}. ${hint}`,
    )
    super(`These settings cannot be used:\n${lines.join('\n')}`)
    this.name = 'SettingsError'
    this.faults = faults
  }
}

interface Property extends TSchema {
  readonly type?: string
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  /** Never shown: not in logs, not in faults. */
  readonly secret?: boolean
}

/**
 * Reads and checks settings; throws `SettingsError` with every fault. Strings are converted by the type of
 * their property: integers and numbers in decimal, booleans `true` or `false`, empty means not given. `together` finds
 * the faults of settings that depend on each other, among those that are in order by themselves.
 */
export function readSettings<Schema extends TObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
  together: (found: Partial<Static<Schema>>) => readonly SettingFault[] = () => [],
): Static<Schema> {
  const faults: SettingFault[] = []
  const found: Record<string, unknown> = {}
  for (const [name, property] of Object.entries<Property>(schema.properties)) {
    const text = environment[name] || undefined
    const value = text === undefined ? property.default : converted(property, text)
    if (value === undefined && !schema.required?.includes(name)) continue
    if (value !== undefined && Value.Check(property, value)) found[name] = value
    else faults.push(faultOf(name, property, text))
  }
  faults.push(...together(found as Partial<Static<Schema>>))
  if (faults.length > 0) throw new SettingsError(faults)
  return Object.freeze(found) as Static<Schema>
}

/** Settings as they may be logged: secrets become `(secret)`, passwords inside URLs disappear. */
export function redacted(
  schema: TObject,
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      isSecret(schema, name) ? '(secret)' : withoutPassword(value),
    ]),
  )
}

function isSecret(schema: TObject, name: string): boolean {
  const property: Property | undefined = schema.properties[name]
  return property?.secret === true
}

function converted(property: Property, text: string): unknown {
  if (property.type === 'integer' || property.type === 'number') {
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  }
  if (property.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}

function faultOf(name: string, property: Property, text: string | undefined): SettingFault {
  return {
    name,
    expected: expectationOf(property),
    found:
      text === undefined
        ? 'nothing'
        : property.secret === true
          ? '(secret)'
          : `"${String(withoutPassword(text))}"`,
    hint: property.description ?? `Set ${name} in the environment.`,
  }
}

function expectationOf(property: Property): string {
  if (property.enum !== undefined) return property.enum.join(' or ')
  if (property.type === 'boolean') return 'true or false'
  if (property.type === 'string') {
    return property.pattern === undefined ? 'a text' : `a text like ${property.pattern}`
  }
  const kind = property.type === 'integer' ? 'a whole number' : 'a number'
  const from = property.minimum === undefined ? '' : ` from ${property.minimum}`
  const to = property.maximum === undefined ? '' : ` to ${property.maximum}`
  return kind + from + to
}

function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:(secret)@') : value
}

const milliseconds = (byDefault: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 3_600_000, default: byDefault, description })

/** The settings every service has: spread them into its own `Type.Object`. */
export const serviceSettings = {
  HOST: Type.String({ default: '127.0.0.1', description: 'The address to listen on.' }),
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'The TCP port to listen on; 0 takes a free one.',
  }),
  LOG_LEVEL: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], { default: 'info' }),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'Origins that browsers may call from, separated by commas; none by default.',
  }),
  BODY_LIMIT_BYTES: Type.Integer({
    minimum: 1,
    maximum: 104_857_600,
    default: 1_048_576,
    description: 'The largest request body.',
  }),
  REQUEST_TIMEOUT_MS: milliseconds(
    10_000,
    'How long a client may take to send a request, and may take nothing of its answer.',
  ),
  MAX_REQUESTS_IN_FLIGHT: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 2_000,
    description: 'Requests being answered at one time; 503 beyond.',
  }),
  READY_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 500,
    description: 'How long after SIGTERM the service still accepts, so that balancers see /readyz.',
  }),
  DRAIN_MS: milliseconds(10_000, 'How long after SIGTERM everything must be finished.'),
}

/** The settings of a PostgreSQL database: spread them into the service's `Type.Object`. */
export const databaseSettings = {
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: 'Where PostgreSQL is, e.g. postgres://user:password@127.0.0.1:5432/name.',
  }),
  POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Connections to the database.',
  }),
  CONNECT_TIMEOUT_MS: milliseconds(2_000, 'How long connecting to the database may take.'),
  STATEMENT_TIMEOUT_MS: milliseconds(3_000, 'How long one statement may take.'),
  QUEUE_TIMEOUT_MS: milliseconds(2_000, 'How long a request may wait for a connection.'),
  QUEUE_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 1_024,
    description: 'Requests that may wait for a connection; 503 beyond.',
  }),
}
