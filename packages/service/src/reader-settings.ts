// The settings of a replica that may be read: spread them into the service's `Type.Object`.

import { Type } from 'typebox'

export const readerSettings = {
  DATABASE_URL_READER: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'A replica that may be read; without it the writer answers everything.',
    }),
  ),
  READER_POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Connections to the replica.',
  }),
  READER_PATIENCE_MS: Type.Integer({
    minimum: 1,
    maximum: 3_600_000,
    default: 500,
    description: 'How long a replica may take over a read before the writer is asked instead.',
  }),
}
