// RPC on the port of the HTTP service: a connection that begins with the preface of HTTP/2 belongs to the RPC side,
// any other to HTTP/1.1, where health and metrics are, and where garbage is told that it is none.

import {
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectRouter } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'

import { forgetListeners } from './forget-listeners.ts'

export interface RpcServerOptions {
  readonly routes: (router: ConnectRouter) => void
  /** The server that listens. */
  readonly http: Server
  /** Most bytes of the request of a call. */
  readonly messageBytes: number
  /** Most bytes of its answer. */
  readonly answerBytes: number
  /** How long a new connection, or a call that has begun, may stay silent, in milliseconds. */
  readonly silence: number
  /** Calls at one time over all connections. One more is refused before it has done anything. */
  readonly mostCalls: number
}

/** Calls under way, and the way to end them. */
export interface RpcServer {
  /** Tells every caller to go elsewhere; calls under way end as usual. Whoever has said nothing yet is cut off. */
  drain(): void
}

/** An edge makes two calls for each of its `CALLS_PER_STORE`, and asks for the newest. */
const mostCallsPerConnection = 256
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** A page of many long texts does not wait for the window. */
const windowBytes = 8_388_608
/**
 * What a connection may hold. Answers that wait for their caller count: with the 10 that are usual two large pages
 * have every other call of the edge refused.
 */
const connectionMegabytes = 512

/** Puts the RPC side on a server that has not begun to listen. */
export function addRpcServer({
  routes,
  http,
  messageBytes,
  answerBytes,
  silence,
  mostCalls,
}: RpcServerOptions): RpcServer {
  const handler = connectNodeAdapter({
    routes,
    readMaxBytes: messageBytes,
    writeMaxBytes: answerBytes,
    maxTimeoutMs: 60_000,
    acceptCompression: [],
  })
  const rpc = createServer(
    {
      settings: { initialWindowSize: windowBytes, maxConcurrentStreams: mostCallsPerConnection },
      maxSessionInvalidFrames: 10,
      maxSessionMemory: connectionMegabytes,
    },
    bounded(handler, { mostCalls, silence }),
  )
  const sessions = new Set<ServerHttp2Session>()
  let isDraining = false
  rpc.on('session', (session) => {
    sessions.add(session)
    session.setLocalWindowSize(windowBytes)
    session.on('error', () => undefined)
    // One that was told to go elsewhere comes back at once, before nobody listens any more.
    if (isDraining) session.close()
    session.on('close', () => sessions.delete(session))
  })
  rpc.on('sessionError', () => undefined)
  const toHttp1 = http.listeners('connection')
  http.removeAllListeners('connection')
  const unsorted = new Set<Socket>()
  http.on('connection', (socket: Socket) => {
    unsorted.add(socket)
    socket.once('close', () => unsorted.delete(socket))
    sortOut(socket, silence, (isHttp2) => {
      unsorted.delete(socket)
      if (isHttp2) rpc.emit('connection', socket)
      else for (const listener of toHttp1) listener.call(http, socket)
    })
  })
  return {
    drain() {
      isDraining = true
      for (const socket of unsorted) socket.destroy()
      for (const session of sessions) session.close()
    },
  }
}

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void

/** A caller that is refused so knows that nothing happened, and goes elsewhere. */
function bounded(
  handler: Handler,
  { mostCalls, silence }: { mostCalls: number; silence: number },
): Handler {
  let calls = 0
  return (request, response) => {
    const { stream } = request
    if (calls >= mostCalls) {
      stream.close(constants.NGHTTP2_REFUSED_STREAM)
      return
    }
    calls++
    stream.once('close', () => {
      calls--
      for (const emitter of [stream, request, response]) forgetListeners(emitter)
    })
    stream.setTimeout(silence, () => stream.close(constants.NGHTTP2_CANCEL))
    handler(request, response)
  }
}

/** Looks at the first bytes and puts them back: once, because whatever is put back is readable again at once. */
function sortOut(socket: Socket, silence: number, found: (isHttp2: boolean) => void): void {
  const onError = () => socket.destroy()
  socket.on('error', onError)
  const late = setTimeout(onError, silence)
  socket.once('close', () => clearTimeout(late))
  let seen: Buffer = Buffer.alloc(0)
  const look = () => {
    const chunk = socket.read() as Buffer | null
    if (chunk !== null) seen = Buffer.concat([seen, chunk])
    const known = Math.min(seen.length, preface.length)
    const isSoFar = seen.subarray(0, known).equals(preface.subarray(0, known))
    if (isSoFar && known < preface.length) {
      socket.once('readable', look)
      return
    }
    clearTimeout(late)
    socket.off('error', onError)
    socket.unshift(seen)
    found(isSoFar)
  }
  socket.once('readable', look)
}
