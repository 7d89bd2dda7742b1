// The front end: one document at the address of each of its pages, and the files it needs. The policy lets it load
// and call only what comes from here, and no text can become a script.

import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import type { HttpApp } from '@plimsoll/service'
import type { FastifyReply, FastifyRequest } from 'fastify'

import type { PageFile } from './built-page.ts'

/** Addresses that people may open; the document finds out by itself which page it is. */
const pages = [
  '/',
  '/feed',
  '/check-in',
  '/teams',
  '/teams/:id',
  '/events',
  '/log-in',
  '/register',
] as const

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  // blob: is an image that its writer has chosen and not yet sent.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Adds the pages, and the files of the page by their names. */
export function addPageRoutes(app: HttpApp, files: readonly PageFile[]): void {
  const open = { config: { open: true }, schema: { hide: true } }
  for (const file of files) {
    const isDocument = file.name === 'index.html'
    const answer = answerWith(file)
    for (const path of isDocument ? pages : [`/${file.name}`]) app.get(path, open, answer)
  }
}

function answerWith({ name, content, gzipped }: PageFile) {
  // What is named by its content never changes; anything else is asked for again each time.
  const isForever = name.startsWith('assets/')
  const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
  const headers = {
    'content-type': mediaTypes[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'cache-control': isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag: tag,
  }
  return (request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(headers)
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    if (gzipped === undefined || !takesGzip) return reply.send(content)
    return reply.header('content-encoding', 'gzip').send(gzipped)
  }
}
