// The routes under /api/events.

import { badRequest, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Said } from '../auth/auth-routes.ts'
import { beforeAll } from '../checkins/post-store.ts'
import { idFrom, OneId } from '../http/ids.ts'
import { whatToSee } from '../http/what-to-see.ts'
import { conflict, nobody, notFound, validateBody } from '../http/refusals.ts'
import { placeFrom } from '../teams/team-routes.ts'
import type { Cancelling, Event, Events, Registering } from './event-store.ts'

const mostPlaces = 1_000_000
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/
const Time = Type.String({ maxLength: 40, description: 'ISO 8601, with its zone.' })
const Status = Type.Union([Type.Literal('registered'), Type.Literal('waiting')])
const EventObject = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  capacity: Type.Integer(),
  registered: Type.Integer(),
  waiting: Type.Integer(),
  opens_at: Type.String({ format: 'date-time' }),
  closes_at: Type.String({ format: 'date-time' }),
  status: Type.Union([Status, Type.Null()]),
})
const NewEvent = Type.Object({
  title: Type.String({ maxLength: 200, pattern: '\\S' }),
  capacity: Type.Integer({ minimum: 1, maximum: mostPlaces }),
  opens_at: Type.Optional(Time),
  closes_at: Time,
})

/** Adds the routes. */
export function addEventRoutes(app: HttpApp, events: Events): void {
  addList(app, events)
  addCreation(app, events)
  const register = {
    summary: 'Ask for a place; asking again changes nothing',
    params: OneId,
    response: {
      200: Type.Object({
        message: Type.String(),
        status: Status,
        waiting_before: Type.Integer({ description: 'People who wait for longer.' }),
      }),
    },
  }
  app.post('/api/events/:id/register', { schema: register }, async ({ caller, params }, reply) => {
    const { verdict, before } = await events.register(idFrom(params.id) ?? '0', caller.id)
    if (verdict !== 'registered' && verdict !== 'waiting') throw refusedRegister[verdict]()
    const message = verdict === 'registered' ? 'Registered.' : 'On the waiting list.'
    return await reply.send({ message, status: verdict, waiting_before: before })
  })
  const cancel = {
    summary: 'Give the place back: whoever waits longest gets it',
    params: OneId,
    response: { 200: Said },
  }
  app.delete('/api/events/:id/register', { schema: cancel }, async ({ caller, params }, reply) => {
    const verdict = await events.cancel(idFrom(params.id) ?? '0', caller.id)
    if (verdict !== 'cancelled') throw refusedCancel[verdict]()
    return await reply.send({ message: 'Cancelled.' })
  })
}

function addList(app: HttpApp, events: Events): void {
  const schema = {
    summary: 'Events, the newest first; the next page by the Link header',
    querystring: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 100 }),
      cursor: Type.Optional(Type.String({ maxLength: 20 })),
    }),
    response: { 200: Type.Array(EventObject) },
  }
  app.get('/api/events', { schema }, async ({ caller, headers, query }, reply) => {
    const { limit: count, cursor } = query
    const before = cursor === undefined ? beforeAll : placeFrom(cursor)
    const found = await events.list({ before, count, user_id: caller.id }, whatToSee(headers))
    const last = found.length === count ? found.at(-1) : undefined
    if (last !== undefined) {
      void reply.header('link', `</api/events?limit=${count}&cursor=${last.id}>; rel="next"`)
    }
    return await reply.send(found.map(wireEvent))
  })
}

function addCreation(app: HttpApp, events: Events): void {
  const schema = { summary: 'Plan an event', body: NewEvent, response: { 201: EventObject } }
  const route = { schema, validatorCompiler: validateBody }
  app.post('/api/events', route, async ({ caller, body }, reply) => {
    const { title, capacity, opens_at, closes_at } = body
    const opens = opens_at === undefined ? null : timeFrom(opens_at, 'opens_at')
    const closes = timeFrom(closes_at, 'closes_at')
    if (opens !== null && closes <= opens) {
      throw badRequest('closes_at must be later than opens_at.')
    }
    const given = { title, capacity, opens_at: opens, closes_at: closes }
    const event = await events.create(given, caller.id)
    if (event === 'nobody') throw nobody()
    if (event === 'backwards') throw badRequest('closes_at must be later than opens_at, or now.')
    return await reply.code(201).send(wireEvent(event))
  })
}

/** A moment as PostgreSQL reads it; throws a 400 for what is none. */
function timeFrom(text: string, field: string): string {
  const time = moment.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) {
    throw badRequest(`${field}: expected a time like 2026-11-20T12:00:00Z, found "${text}".`)
  }
  return new Date(time).toISOString()
}

/** JavaScript takes the 30th of February for the 2nd of March. Years whose days leave four digits in some zone are none. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  const isYear = text >= '0002' && text < '9999'
  return isYear && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function wireEvent({ id, ...event }: Event) {
  return { id: Number(id), ...event }
}

const refusedRegister: Readonly<
  Record<Exclude<Registering, 'registered' | 'waiting'>, () => Error>
> = {
  closed: () => conflict('One cannot register for this event now: see opens_at and closes_at.'),
  full: () => conflict('This event is full, and its waiting list is too.'),
  absent: () => notFound('There is no event of this id.'),
  nobody,
}

const refusedCancel: Readonly<Record<Exclude<Cancelling, 'cancelled'>, () => Error>> = {
  closed: () => conflict('The registration for this event has closed.'),
  absent: () => notFound('There is no event of this id.'),
  stranger: () => notFound('You have no place at this event.'),
}
