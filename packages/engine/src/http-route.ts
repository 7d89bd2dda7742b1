// Everything that sessions need to speak with one target.

import { CallTransport } from './call-transport.ts'
import { Http2Client } from './http2-client.ts'
import { HttpClient } from './http-client.ts'
import { requestWriter } from './request-text.ts'
import type { Route } from './session.ts'
import { StreamWires } from './stream-wires.ts'
import type { Target } from './target.ts'
import type { Travel } from './travel.ts'

/** The way to `target`, as the workload wants it. */
export function httpRoute(target: Target, how: { now: () => number; travel: Travel }): Route {
  const { travel } = how
  const Client = travel.protocol === 'http/2' ? Http2Client : HttpClient
  return {
    writer: requestWriter(target, travel.proxy),
    carrier: new Client(target, how),
    wires: new StreamWires(target, travel),
    calls: new CallTransport(target, travel),
    redirects: travel.redirects,
  }
}
