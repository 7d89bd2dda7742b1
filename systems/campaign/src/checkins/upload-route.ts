// POST /api/user/upload-post: the check-in.

import { badRequest, Problem, unavailable, type HttpApp } from '@plimsoll/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

import { conflict, nobody, validateBody } from '../http/refusals.ts'
import type { Images } from '../images/images.ts'
import type { Settings } from '../settings.ts'
import type { CheckIn, CheckinOutcome, NewCheckin } from './checkin-store.ts'
import { formBody, multipartBody, type UploadBody } from './upload-body.ts'

/** What a form needs beside its image. */
const formOverhead_bytes = 131_072
/** Bodies up to this size are not counted. */
const small_bytes = 65_536

export interface UploadRouteOptions {
  readonly settings: Settings
  readonly checkIn: CheckIn
  readonly images: Images
}

/** Adds the route; no other one takes forms. */
export async function addUploadRoute(app: HttpApp, options: UploadRouteOptions): Promise<void> {
  await app.register((scope, _options, done) => {
    const app = scope as unknown as HttpApp
    acceptForms(app)
    addRoute(app, options)
    done()
  })
}

function acceptForms(app: HttpApp): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string | Buffer) => formBody(body.toString()),
  )
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer' },
    ({ headers }: FastifyRequest, body: string | Buffer) =>
      multipartBody(Buffer.from(body), headers['content-type'] ?? ''),
  )
}

function addRoute(app: HttpApp, { settings, checkIn, images }: UploadRouteOptions): void {
  const { CONTENT_LENGTH_MAX, IMAGE_LIMIT_BYTES, UPLOADS_MAX } = settings
  const schema = {
    summary: 'Check in: as JSON, a form, or a multipart form with an image',
    body: Type.Object({
      content: Type.String({ maxLength: CONTENT_LENGTH_MAX, pattern: '\\S' }),
      nonce: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: 'With it a check-in is stored once, however often it is sent.',
        }),
      ),
    }),
    response: { 200: Type.Object({ message: Type.String(), checkin_id: Type.Integer() }) },
  }
  const route = {
    schema,
    validatorCompiler: validateBody,
    bodyLimit: IMAGE_LIMIT_BYTES + formOverhead_bytes,
    onRequest: boundLargeBodies(UPLOADS_MAX),
  }
  app.post('/api/user/upload-post', route, async ({ caller, body }, reply) => {
    const { content, nonce = null } = body
    const image = imageIn(body)
    const given = { user_id: caller.id, content, nonce }
    const outcome =
      image === undefined
        ? await checkIn({ ...given, image: null })
        : await checkInWith(await images.keep(image), given)
    if (!('id' in outcome)) throw refusals[outcome.verdict]()
    return await reply.send({ message: 'Checked in.', checkin_id: Number(outcome.id) })
  })

  /** The image goes again unless a check-in has it, or may have it. */
  async function checkInWith(
    image: string,
    given: Omit<NewCheckin, 'image'>,
  ): Promise<CheckinOutcome> {
    try {
      const outcome = await checkIn({ ...given, image })
      if (outcome.verdict !== 'stored') await images.remove(image)
      return outcome
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 504) await images.remove(image)
      throw error
    }
  }
}

/** Only a multipart form has bytes. */
function imageIn(body: object): Uint8Array | undefined {
  const { image } = body as UploadBody
  if (image === undefined || image === null) return undefined
  if (image instanceof Uint8Array) return image
  throw badRequest('image: send it as a file of a multipart form.')
}

const refusals: Readonly<
  Record<Exclude<CheckinOutcome['verdict'], 'stored' | 'repeated'>, () => Error>
> = {
  taken: () => conflict('This nonce was used with another content.'),
  absent: nobody,
}

/** Large bodies are read whole, so only so many may be on their way. */
function boundLargeBodies(most: number) {
  let onTheirWay = 0
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const length = Number(request.headers['content-length'] ?? Infinity)
    if (length <= small_bytes) return
    if (onTheirWay >= most) throw unavailable('Too many images are on their way.')
    // The token was looked at before: whoever has left meanwhile would keep the place.
    if (reply.raw.destroyed) return
    onTheirWay += 1
    reply.raw.once('close', () => (onTheirWay -= 1))
  }
}
