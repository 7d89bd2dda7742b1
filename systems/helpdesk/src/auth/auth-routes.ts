// Registration, login and the session behind the cookie. Passwords are hashed behind a turnstile: a storm of
// logins gets 503 and Retry-After, and the polls of everybody else go on.

import assert from 'node:assert/strict'
import { newSession, readCookie, sessionCookie, sessionKey } from '@plimsoll/service'
import type { HttpApp, Passwords } from '@plimsoll/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

import { clientAddress, proxiesFrom } from '../http/client-address.ts'
import { tooMany, unauthorized, unprocessable, validateBody } from '../http/refusals.ts'
import type { Settings } from '../settings.ts'
import type { Guard } from './guard.ts'
import { LoginLimits, type Try } from './login-limits.ts'
import type { User, Users } from './user-store.ts'

/** The user object of the contract: the one place where an id is an integer. */
export const UserObject = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  last_active_at: Type.String({ format: 'date-time' }),
})
const Entered = Type.Object({ user: UserObject, token: Type.String() })
const Credentials = Type.Object({
  username: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 200 }),
})
const Said = Type.Object({ message: Type.String() })

const cookieName = 'helpdesk_session'

export interface AuthOptions {
  readonly settings: Settings
  readonly guard: Guard
  readonly users: Users
  readonly passwords: Passwords
}

/** Adds the routes under /auth. */
export function addAuthRoutes(app: HttpApp, options: AuthOptions): void {
  addRegistration(app, options)
  addLogin(app, options)
  addSessionRoutes(app, options)
}

const open = { config: { open: true }, validatorCompiler: validateBody }

function addRegistration(app: HttpApp, options: AuthOptions): void {
  const { settings, users, passwords } = options
  const enter = entrance(options)
  const schema = { body: Credentials, response: { 201: Entered }, summary: 'Become a user' }
  app.post('/auth/register', { ...open, schema }, async (request, reply) => {
    const { username, password } = acceptable(request.body, settings)
    const digest = await passwords.hash(password)
    const { secret, key } = newSession()
    const lifetime_seconds = settings.SESSION_LIFETIME_S
    const user = await users.register(username, digest, key.toString('hex'), lifetime_seconds)
    if (user === undefined) throw unprocessable(['Username has already been taken.'])
    return await enter(reply.code(201), user, secret)
  })
}

function addLogin(app: HttpApp, options: AuthOptions): void {
  const { settings, users, passwords } = options
  const limits = new LoginLimits({ perMinute: settings.LOGIN_FAILURES_PER_MINUTE })
  const proxies = proxiesFrom(settings.TRUSTED_PROXIES)
  assert(proxies !== undefined, 'settings are checked when they are read')
  const enter = entrance(options)
  const refuseTooMany = (one: Try) => {
    const wait = limits.wait(one)
    if (wait > 0) throw tooMany('Too many failed logins.', wait)
  }
  const schema = { body: Credentials, response: { 200: Entered }, summary: 'Log in' }
  app.post('/auth/login', { ...open, schema }, async (request, reply) => {
    const name = request.body.username.normalize('NFC')
    const one = { name, address: clientAddress(request, proxies) }
    refuseTooMany(one)
    const found = await users.credentials(name)
    const isRight = await passwords.verify(request.body.password, found?.digest)
    // Once more: those who guess side by side all came past the first look.
    refuseTooMany(one)
    if (!isRight || found === undefined) {
      limits.failed(one, { isUser: found !== undefined })
      throw wrongCredentials()
    }
    const { secret, key } = newSession()
    const lifetime_seconds = settings.SESSION_LIFETIME_S
    const user = await users.openSession(found.id, key.toString('hex'), lifetime_seconds)
    if (user === undefined) throw wrongCredentials()
    return await enter(reply, user, secret)
  })
}

function addSessionRoutes(app: HttpApp, options: AuthOptions): void {
  const { guard, users, settings } = options
  const route = { config: { open: true } }
  const enter = entrance(options)

  const logout = { response: { 200: Said }, summary: 'End the session of the cookie' }
  app.post('/auth/logout', { ...route, schema: logout }, async (request, reply) => {
    const key = keyIn(request)
    if (key === undefined || !(await users.closeSession(key))) throw noSession()
    void reply.header('set-cookie', cookieOf('', settings))
    return await reply.send({ message: 'Logged out successfully.' })
  })

  const refresh = { response: { 200: Entered }, summary: 'A new bearer token for the cookie' }
  app.post('/auth/refresh', { ...route, schema: refresh }, async (request, reply) => {
    const key = keyIn(request)
    const user = key === undefined ? undefined : await users.refresh(key)
    if (user === undefined) throw noSession()
    return await enter(reply, user)
  })

  const me = { response: { 200: UserObject }, summary: 'Who is logged in: by cookie or bearer' }
  app.get('/auth/me', { ...route, schema: me }, async (request, reply) => {
    const key = keyIn(request)
    const bearer = await guard.identify(request.headers.authorization)
    const user =
      (key === undefined ? undefined : await users.bySession(key)) ??
      (bearer === undefined ? undefined : await users.byId(bearer.id))
    if (user === undefined) throw noSession()
    return await reply.send(wireUser(user))
  })
}

/** Answers with the user and a bearer token, and with the cookie where a session was opened. */
function entrance({ guard, settings }: AuthOptions) {
  return async (reply: FastifyReply, user: User, secret?: string) => {
    if (secret !== undefined) void reply.header('set-cookie', cookieOf(secret, settings))
    return await reply.send({ user: wireUser(user), token: await guard.issue(user) })
  }
}

function cookieOf(secret: string, settings: Settings): string {
  const { SESSION_LIFETIME_S: lifetime_seconds, COOKIE_SECURE: secure } = settings
  return sessionCookie(secret, { name: cookieName, lifetime_seconds, secure })
}

function keyIn(request: FastifyRequest): string | undefined {
  const secret = readCookie(request.headers.cookie, cookieName)
  return secret === undefined ? undefined : sessionKey(secret).toString('hex')
}

function wrongCredentials() {
  return unauthorized('Invalid username or password.')
}

function noSession() {
  return unauthorized('No session found.')
}

function wireUser({ id, ...rest }: User) {
  return { id: Number(id), ...rest }
}

/** The name as it is kept; throws a 422 that names everything that is wrong. */
function acceptable(given: { username: string; password: string }, settings: Settings) {
  const username = given.username.normalize('NFC')
  const errors: string[] = []
  const { NAME_LENGTH_MIN, PASSWORD_LENGTH_MIN } = settings
  if (username.trim() === '') errors.push("Username can't be blank.")
  else if (Array.from(username).length < NAME_LENGTH_MIN) {
    errors.push(`Username is too short (minimum is ${NAME_LENGTH_MIN} characters).`)
  }
  if (/\p{Cc}|^\s|\s$/u.test(username)) {
    errors.push('Username must not begin or end with a space or contain control characters.')
  }
  if (Array.from(given.password).length < PASSWORD_LENGTH_MIN) {
    errors.push(`Password is too short (minimum is ${PASSWORD_LENGTH_MIN} characters).`)
  }
  if (errors.length > 0) throw unprocessable(errors)
  return { username, password: given.password }
}
