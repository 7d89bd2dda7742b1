// The settings of a queue: spread them into the service's `Type.Object`.

import { Type } from 'typebox'

/** Where the queue is, and how long a call to it may take. */
export const queueSettings = {
  QUEUE_URL: Type.String({
    pattern: '^https?://[^/]+/[^/]+/[A-Za-z0-9_-]+$',
    description:
      'The SQS queue, e.g. https://sqs.eu-west-1.amazonaws.com/123456789012/NAME or http://127.0.0.1:4566/000000000000/NAME.',
  }),
  SQS_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'Where an SQS other than that of AWS answers. With it, queues that are missing are created.',
    }),
  ),
  QUEUE_CALL_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    maximum: 60_000,
    default: 1_500,
    description: 'How long one call to the queue may take; a long poll waits as long on top.',
  }),
}
