// Why a connection was lost, in the words that the record keeps. `refused` means that the server certainly took
// nothing: in TLS 1.3 it tells so only after the client has begun to send.

import { generatorLacks } from '@plimsoll/record'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'name not found',
  EMFILE: generatorLacks.files,
  ENFILE: generatorLacks.files,
  EADDRNOTAVAIL: generatorLacks.ports,
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  CERT_SIGNATURE_FAILURE: 'certificate not trusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS',
}

/** Alerts about the client's own certificate, by the name that OpenSSL gives them. */
const alerts: readonly (readonly [RegExp, string])[] = [
  [
    /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE/,
    'the server asks for a client certificate',
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE)/,
    'the server does not trust the client certificate',
  ],
  [/ALERT_CERTIFICATE_EXPIRED/, 'the server finds the client certificate expired'],
]

export interface LossReason {
  readonly text: string
  readonly refused: boolean
}

export function lossReason({ code = '', message }: NodeJS.ErrnoException): LossReason {
  const alert = alerts.find(([pattern]) => pattern.test(code))
  if (alert !== undefined) return { text: alert[1], refused: true }
  return { text: reasons[code] ?? (code === '' ? message : code), refused: false }
}
