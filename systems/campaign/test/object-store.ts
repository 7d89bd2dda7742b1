// An S3 in this process, for the tests of images: the embedded one, on loopback, with one bucket.

import { buildApp } from 'fauxqs'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

/** Where it answers. */
export interface ObjectStore extends AsyncDisposable {
  readonly url: string
}

/** Starts it with a bucket of this name. */
export async function startObjectStore(bucket: string): Promise<ObjectStore> {
  const app = buildApp({ logger: false })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  return {
    url,
    async [Symbol.asyncDispose]() {
      await app.close()
    },
  }
}
