// Registration, login, and who one is. Passwords are hashed behind a turnstile: a storm of logins gets 503 and
// Retry-After, and everybody else goes on.

import { badRequest, RateLimit, type HttpApp, type Passwords } from '@plimsoll/service'
import { Type } from 'typebox'

import { tooMany, unauthorized, validateBody } from '../http/refusals.ts'
import { nameFrom, nameKeyWithin } from '../names/name.ts'
import type { Settings } from '../settings.ts'
import type { Guard } from './guard.ts'
import type { Users } from './user-store.ts'

/** The answer to what was done. */
export const Said = Type.Object({ message: Type.String() })

const longestSent = 20_000
const rememberedNames = 100_000
const NewUser = Type.Object({
  user_name: Type.String({ maxLength: longestSent }),
  password: Type.String({ maxLength: 200 }),
  is_old_customer: Type.Optional(Type.Boolean({ default: false })),
})
const Login = Type.Object({
  user_name: Type.String({ maxLength: longestSent }),
  password: Type.String({ maxLength: 200 }),
})
const Entered = Type.Object({ access_token: Type.String(), token_type: Type.Literal('bearer') })

export interface AuthOptions {
  readonly settings: Settings
  readonly guard: Guard
  readonly users: Users
  readonly passwords: Passwords
}

/** Adds the routes under /api/auth and /api/user/me. */
export function addAuthRoutes(app: HttpApp, options: AuthOptions): void {
  addRegistration(app, options)
  addLogin(app, options)
  const me = {
    summary: 'Who the token names',
    response: { 200: Type.Object({ user_name: Type.String() }) },
  }
  app.get('/api/user/me', { schema: me }, ({ caller }, reply) => {
    void reply.send({ user_name: caller.user_name })
  })
}

function addRegistration(app: HttpApp, { settings, users, passwords }: AuthOptions): void {
  const { NAME_LENGTH_MAX: longest, PASSWORD_LENGTH_MIN: shortest } = settings
  const schema = { body: NewUser, response: { 200: Said }, summary: 'Become a user' }
  const route = { config: { open: true }, validatorCompiler: validateBody, schema }
  app.post('/api/auth/register', route, async ({ body }, reply) => {
    const name = nameFrom(body.user_name, { field: 'user_name', longest, words: 'one' })
    if (Array.from(body.password).length < shortest) {
      throw badRequest(`password must have at least ${shortest} characters.`)
    }
    const digest = await passwords.hash(body.password)
    const { is_old_customer = false } = body
    if (!(await users.register({ name, digest, is_old_customer }))) {
      throw badRequest('This user name is taken.')
    }
    return await reply.send({ message: 'Registered.' })
  })
}

function addLogin(app: HttpApp, { settings, guard, users, passwords }: AuthOptions): void {
  const perMinute = settings.LOGIN_FAILURES_PER_MINUTE
  const failures = new RateLimit({ burst: perMinute, perMinute, keys: rememberedNames })
  const schema = { body: Login, response: { 200: Entered }, summary: 'Get a bearer token' }
  const route = { config: { open: true }, validatorCompiler: validateBody, schema }
  app.post('/api/auth/login', route, async ({ body }, reply) => {
    const wrong = 'Wrong user name or password.'
    const key = nameKeyWithin(body.user_name, settings.NAME_LENGTH_MAX)
    if (key === undefined) throw unauthorized(wrong)
    const wait = failures.wait(key)
    if (wait > 0) throw tooMany('Too many failed logins of this name.', wait)
    const found = await users.credentials(key)
    if (!(await passwords.verify(body.password, found?.digest)) || found === undefined) {
      failures.take(key)
      throw unauthorized(wrong)
    }
    const access_token = await guard.issue(found)
    return await reply.send({ access_token, token_type: 'bearer' as const })
  })
}
