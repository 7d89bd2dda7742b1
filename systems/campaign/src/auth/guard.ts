// Who is asking. Every route is closed to anonymous callers unless it says `config: { open: true }`, so a route
// that is added later cannot be forgotten. An open route never looks at a token unless it asks for it: public
// clients send old ones everywhere.

import type { HttpApp } from '@plimsoll/service'
import { Tokens } from '@plimsoll/service/tokens'
import type { onRequestHookHandler } from 'fastify'

import { unauthorized } from '../http/refusals.ts'
import type { Settings } from '../settings.ts'

/** Whom a bearer token names. */
export interface Identity {
  readonly id: string
  readonly user_name: string
  /** When the token ends, in milliseconds since 1970. */
  readonly expires: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever asks, on every route that is not open. */
    caller: Identity
  }
  interface FastifyContextConfig {
    open?: boolean
  }
}

export interface Guard {
  /** Whom the `Authorization` header names, for routes that also answer anonymous callers. */
  identify(authorization: string | undefined): Identity | undefined | Promise<Identity | undefined>
  /** A bearer token for a user. */
  issue(user: { readonly id: string; readonly user_name: string }): Promise<string>
}

const rememberedTokens = 100_000

/** Closes every route that is added to `app` from here on. */
export function guardRoutes(
  app: HttpApp,
  { settings, now }: { settings: Settings; now: () => number },
): Guard {
  const tokens = new Tokens<Identity>({
    secret: settings.TOKEN_SECRET,
    lifetime_seconds: settings.TOKEN_LIFETIME_S,
    remembered: rememberedTokens,
    now,
    identityOf: ({ user_id, sub, exp = 0 }) =>
      Number.isSafeInteger(user_id) && typeof sub === 'string'
        ? { id: String(user_id), user_name: sub, expires: exp * 1_000 }
        : undefined,
  })
  const admit = admission(tokens)
  app.decorateRequest('caller')
  app.addHook('onRoute', (route) => {
    // The documents are added by a plugin that knows nothing of guards.
    if (route.config?.open === true || route.url.startsWith('/docs')) return
    route.onRequest = [admit, ...[route.onRequest ?? []].flat()]
    route.schema = { ...route.schema, security: [{ bearer: [] }] }
  })
  return {
    identify: (authorization) => {
      const token = tokenIn(authorization)
      if (token === undefined) return undefined
      return (
        tokens.known(token)?.identity ?? tokens.verify(token).then((bearer) => bearer?.identity)
      )
    },
    issue: ({ id, user_name }) => tokens.issue({ sub: user_name, user_id: Number(id) }),
  }
}

/** A token that was seen before is admitted in the same turn of the event loop. */
function admission(tokens: Tokens<Identity>): onRequestHookHandler {
  return (request, reply, done) => {
    const token = tokenIn(request.headers.authorization)
    const known = token === undefined ? undefined : tokens.known(token)
    if (known !== undefined) {
      request.caller = known.identity
      done()
      return
    }
    void introduce()

    async function introduce(): Promise<void> {
      const bearer = token === undefined ? undefined : await tokens.verify(token)
      if (bearer === undefined) {
        void reply.header('www-authenticate', 'Bearer')
        done(unauthorized('A valid bearer token is needed: log in again.'))
        return
      }
      request.caller = bearer.identity
      done()
    }
  }
}

function tokenIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  const scheme = authorization.slice(0, 7)
  return scheme === 'Bearer ' || scheme.toLowerCase() === 'bearer '
    ? authorization.slice(7)
    : undefined
}
