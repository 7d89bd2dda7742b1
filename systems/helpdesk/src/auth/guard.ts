// Who is asking. Every route is closed to anonymous callers unless it says `config: { open: true }`, so a
// route that is added later cannot be forgotten; `config: { expertsOnly: true }` asks for an expert.

import type { HttpApp } from '@plimsoll/service'
import { Tokens } from '@plimsoll/service/tokens'
import type { onRequestHookHandler } from 'fastify'

import { forbidden, unauthorized } from '../http/refusals.ts'
import type { Settings } from '../settings.ts'
import type { User } from './user-store.ts'

/** Whom a bearer token names. */
export interface Identity {
  readonly id: string
  readonly username: string
  readonly isExpert: boolean
  /** When the token ends, in milliseconds since 1970. */
  readonly expires: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever asks, on every route that is not open. */
    identity: Identity
  }
  interface FastifyContextConfig {
    open?: boolean
    expertsOnly?: boolean
  }
}

export interface Guard {
  /** Whom the `Authorization` header names; undefined for nobody. */
  identify(authorization: string | undefined): Promise<Identity | undefined>
  /** A bearer token for a user. */
  issue(user: User): Promise<string>
}

const rememberedTokens = 100_000

/** Closes every route that is added to `app` from here on. */
export function guardRoutes(
  app: HttpApp,
  { settings, now }: { settings: Settings; now: () => number },
): Guard {
  const experts =
    settings.EXPERTS === 'all'
      ? undefined
      : new Set(settings.EXPERT_NAMES.split(',').map((name) => name.trim().normalize('NFC')))
  const tokens = new Tokens<Identity>({
    secret: settings.TOKEN_SECRET,
    lifetime_seconds: settings.TOKEN_LIFETIME_S,
    remembered: rememberedTokens,
    now,
    identityOf: ({ user_id, username, exp = 0 }) =>
      Number.isSafeInteger(user_id) && typeof username === 'string'
        ? {
            id: String(user_id),
            username,
            isExpert: experts?.has(username) ?? true,
            expires: exp * 1_000,
          }
        : undefined,
  })
  const admit = admission(tokens)
  app.decorateRequest('identity')
  app.addHook('onRoute', (route) => {
    // The documents are added by a plugin that knows nothing of guards.
    if (route.config?.open === true || route.url.startsWith('/docs')) return
    const checks = [admit, ...(route.config?.expertsOnly === true ? [admitExpert] : [])]
    route.onRequest = [...checks, ...[route.onRequest ?? []].flat()]
    route.schema = { ...route.schema, security: [{ bearer: [] }] }
  })
  return {
    identify: async (authorization) => {
      const token = tokenIn(authorization)
      if (token === undefined) return undefined
      return (tokens.known(token) ?? (await tokens.verify(token)))?.identity
    },
    issue: ({ id, username }) => tokens.issue({ user_id: Number(id), username }),
  }
}

/** A token that was seen before is admitted in the same turn of the event loop. */
function admission(tokens: Tokens<Identity>): onRequestHookHandler {
  return (request, reply, done) => {
    const token = tokenIn(request.headers.authorization)
    const known = token === undefined ? undefined : tokens.known(token)
    if (known !== undefined) {
      request.identity = known.identity
      done()
      return
    }
    void introduce()

    async function introduce(): Promise<void> {
      const bearer = token === undefined ? undefined : await tokens.verify(token)
      if (bearer === undefined) {
        void reply.header('www-authenticate', 'Bearer')
        done(unauthorized('A valid bearer token is needed.'))
        return
      }
      request.identity = bearer.identity
      done()
    }
  }
}

const admitExpert: onRequestHookHandler = (request, _reply, done) => {
  if (request.identity.isExpert) done()
  else done(forbidden('Only experts may do this.'))
}

function tokenIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  const scheme = authorization.slice(0, 7)
  return scheme === 'Bearer ' || scheme.toLowerCase() === 'bearer '
    ? authorization.slice(7)
    : undefined
}
