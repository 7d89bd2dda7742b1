// Who is calling. With AUTH=jwt it is whom the bearer token names in `sub`; without, whoever the request says it is.

import { Problem } from '@plimsoll/service'
import { Tokens } from '@plimsoll/service/tokens'
import type { FastifyRequest } from 'fastify'

import { memberName } from '../chats/chat.ts'
import type { EdgeSettings } from '../settings.ts'

/** Asks a request for its user: undefined where nobody has to say. Rejects with 401. */
export type Callers = (request: FastifyRequest) => string | undefined | Promise<string>

const lifetime_seconds = 900
const remembered = 100_000

/** How callers are known under these settings. */
export function callersUnder(settings: EdgeSettings, clock: () => number): Callers {
  if (settings.AUTH === 'none') return () => undefined
  const tokens = new Tokens<string>({
    secret: settings.TOKEN_SECRET ?? '',
    lifetime_seconds,
    remembered,
    identityOf: ({ sub }) => (sub === undefined || sub === '' ? undefined : memberName(sub)),
    now: clock,
  })
  return (request) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw unauthorized('Send a bearer token.')
    return tokens.known(token)?.identity ?? verified(tokens, token)
  }
}

async function verified(tokens: Tokens<string>, token: string): Promise<string> {
  const bearer = await tokens.verify(token)
  if (bearer === undefined) throw unauthorized('The token is not valid.')
  return bearer.identity
}

/** 401: nobody is named, or not validly. */
function unauthorized(detail: string): Problem {
  return new Problem({ status: 401, title: 'Unauthorized', detail })
}

/** 403: not as this user, or not in this chat. */
export function forbidden(detail: string): Problem {
  return new Problem({ status: 403, title: 'Forbidden', detail })
}
