// Opens the way for one connection: straight or through a proxy, with TLS or without.
//
//   lookup, connect ─→ [CONNECT through the proxy] ─→ [TLS] ─→ ready

import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { emptyHead, readAnswerHead } from './answer-head.ts'
import type { Target } from './target.ts'
import type { Travel } from './travel.ts'

/** Where to, and how. */
export interface Way {
  readonly target: Target
  readonly travel: Travel
  /** Read into by every connection in turn, so that an idle one holds no buffer. */
  readonly buffer: Buffer
}

export interface DialEvents {
  /** Connected, with the proxy's consent where there is one. */
  readonly connected: () => void
  /** `socket` may be written to. */
  readonly ready: (socket: Socket) => void
  readonly received: (bytes: Buffer) => boolean
  readonly failed: (error: NodeJS.ErrnoException) => void
  readonly ended: () => void
}

const proxyHeadAtMost = 16_384

/** Dials. Destroying what it returns ends everything, however far it has come. */
export function dial(way: Way, events: DialEvents): Socket {
  const { target, travel, buffer } = way
  const onread = {
    buffer,
    callback: (length: number) => events.received(buffer.subarray(0, length)),
  }
  if (travel.proxy !== null && target.secure) return dialThrough(way, events)
  const { host, port } = travel.proxy ?? target
  if (!target.secure) {
    const socket = connect({ host, port, noDelay: true, onread })
    socket.once('connect', () => {
      events.connected()
      events.ready(socket)
    })
    return watched(socket, events)
  }
  // Node takes `onread` here as it does without TLS; its types do not know.
  const options = { host, port, onread, ...tlsOptions(way) }
  const socket = connectTls(options as ConnectionOptions)
  socket.once('connect', () => {
    socket.setNoDelay(true)
    events.connected()
  })
  socket.once('secureConnect', () => events.ready(socket))
  return watched(socket, events)
}

function tlsOptions({ target, travel }: Way) {
  return {
    ALPNProtocols: ['http/1.1'],
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(travel.secureContext === undefined ? {} : { secureContext: travel.secureContext }),
  }
}

function watched(socket: Socket, events: DialEvents): Socket {
  socket.on('error', events.failed)
  socket.once('end', events.ended)
  socket.once('close', events.ended)
  return socket
}

/** Asks the proxy for a tunnel and speaks TLS inside of it. */
function dialThrough(way: Way, events: DialEvents): Socket {
  const { host, port, authorization } = way.travel.proxy as NonNullable<Travel['proxy']>
  const aim = `${way.target.authority.replace(/:\d+$/, '')}:${way.target.port}`
  const proof = authorization === '' ? '' : `Proxy-Authorization: ${authorization}\r\n`
  const socket = connect({ host, port, noDelay: true })
  let head = Buffer.alloc(0)
  const refuse = (why: string) => events.failed(new Error(`proxy: ${why}`))
  const listen = (bytes: Buffer) => {
    head = Buffer.concat([head, bytes])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) {
      if (head.length > proxyHeadAtMost) refuse(`head over ${proxyHeadAtMost} bytes`)
      return
    }
    socket.off('data', listen)
    const read = emptyHead()
    readAnswerHead(read, head, 0, end + 2)
    if (read.malformed !== '') return refuse(read.malformed)
    if (read.status < 200 || read.status > 299) return refuse(`status ${read.status}`)
    if (head.length > end + 4) return refuse('more than was asked for')
    events.connected()
    secure(socket, way, events)
  }
  socket.on('data', listen)
  socket.once('connect', () =>
    socket.write(`CONNECT ${aim} HTTP/1.1\r\nHost: ${aim}\r\n${proof}\r\n`),
  )
  return watched(socket, events)
}

function secure(tunnel: Socket, way: Way, events: DialEvents): void {
  const socket: TLSSocket = connectTls({ socket: tunnel, ...tlsOptions(way) })
  socket.on('data', events.received)
  socket.once('secureConnect', () => events.ready(socket))
  watched(socket, events)
}
