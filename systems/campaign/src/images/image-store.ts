// Where images are kept: a folder on disk, or a bucket of S3. A key is ours and says nothing about what a file was called.

import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { unavailable, type Logger } from '@plimsoll/service'

import type { Settings } from '../settings.ts'

/** An image that is on its way: whoever asked for it reads it to its end, or destroys it. */
export interface StoredImage {
  readonly content: Readable
  /** Bytes. */
  readonly length: number
}

/** Keeps bytes under keys. */
export interface ImageStore extends Disposable {
  /** Resolves when they are kept for good. Rejects with a 503. */
  put(key: string, bytes: Uint8Array, type: string): Promise<void>
  /** Undefined when there are none. Rejects with a 503. */
  get(key: string): Promise<StoredImage | undefined>
  /** Whether or not there are any. Never rejects. */
  remove(key: string): Promise<void>
}

const s3Deadline_ms = 5_000
/** A client that takes its time with an image has one for as long. */
const s3Connections = 256

/** The store that the settings name. */
export async function openImageStore(settings: Settings, log: Logger): Promise<ImageStore> {
  const store =
    settings.IMAGES_BUCKET === undefined
      ? diskStore(settings.IMAGES_FOLDER)
      : await bucketStore(settings.IMAGES_BUCKET, settings)
  const failed = (error: unknown, what: string) =>
    log.error({ err: error }, `an image was not ${what}`)
  return {
    async put(key, bytes, type) {
      await store.put(key, bytes, type).catch((error: unknown) => {
        failed(error, 'kept')
        throw unavailable('Images cannot be kept now.')
      })
    },
    async get(key) {
      return await store.get(key).catch((error: unknown) => {
        failed(error, 'read')
        throw unavailable('Images cannot be read now.')
      })
    },
    remove: (key) => store.remove(key).catch((error: unknown) => failed(error, 'removed')),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  }
}

/** A file is whole or not there: it gets its name when it has been flushed. */
function diskStore(folder: string): ImageStore {
  return {
    async put(key, bytes) {
      await mkdir(folder, { recursive: true })
      const unfinished = join(folder, `.${key}.unfinished`)
      try {
        await using file = await open(unfinished, 'wx')
        await file.writeFile(bytes)
        await file.sync()
        await rename(unfinished, join(folder, key))
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
    async get(key) {
      try {
        const file = await open(join(folder, key))
        const content = file.createReadStream()
        try {
          return { content, length: (await file.stat()).size }
        } catch (error) {
          content.destroy()
          throw error
        }
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    remove: (key) => rm(join(folder, key), { force: true }),
    [Symbol.dispose]: () => undefined,
  }
}

/** The SDK is large, and loaded only by who has a bucket. */
async function bucketStore(
  Bucket: string,
  { S3_ENDPOINT, S3_REGION }: Settings,
): Promise<ImageStore> {
  const { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } =
    await import('@aws-sdk/client-s3')
  const agent = { keepAlive: true, maxSockets: s3Connections }
  const client = new S3Client({
    region: S3_REGION,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: s3Deadline_ms,
      requestTimeout: s3Deadline_ms,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    // Outside of AWS there are no credentials to be asked for, and no names for buckets.
    ...(S3_ENDPOINT === undefined
      ? {}
      : {
          endpoint: S3_ENDPOINT,
          forcePathStyle: true,
          credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
        }),
  })
  const within = () => ({ abortSignal: AbortSignal.timeout(s3Deadline_ms) })
  return {
    async put(Key, Body, ContentType) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }), within())
    },
    async get(Key) {
      try {
        const found = await client.send(new GetObjectCommand({ Bucket, Key }))
        const { Body, ContentLength } = found
        if (Body === undefined || ContentLength === undefined) return undefined
        return { content: Body as Readable, length: ContentLength }
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined
        throw error
      }
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }), within())
    },
    [Symbol.dispose]: () => client.destroy(),
  }
}
