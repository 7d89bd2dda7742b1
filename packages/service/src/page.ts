// The page of a service: a few files that are read once and served as they are. A page is the front end of its own
// service and of nothing else: its policy lets it load and call only what comes from here, and no text can become a
// script.

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { FastifyContextConfig } from 'fastify'

import type { HttpApp } from './http-service.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

export interface PageOptions {
  /** Its files, `index.html` among them; what a browser does not load is not served. */
  readonly folder: string
  /** Of the routes. */
  readonly config?: FastifyContextConfig
}

/** Adds the page at `/` and its other files under `/page`. */
export function addPage(app: HttpApp, { folder, config = {} }: PageOptions): void {
  for (const name of readdirSync(folder)) {
    const type = mediaTypes[extname(name)]
    if (type === undefined) continue
    const content = readFileSync(join(folder, name))
    const path = name === 'index.html' ? '/' : `/page/${name}`
    app.get(path, { config, schema: { hide: true } }, (_request, reply) =>
      reply
        .header('content-type', type)
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(content),
    )
  }
}
