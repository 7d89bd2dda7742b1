// The operator's page: a few files that are read once and served as they are. The page is the front end of this
// API and of nothing else: its policy lets it load and call only what comes from here, and no text can become a script.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HttpApp } from '@plimsoll/service'

const folder = new URL('../../web/', import.meta.url)
const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}
const files: Readonly<Record<string, string>> = {
  '/': 'index.html',
  ...Object.fromEntries(
    [
      'style.css',
      'icon.svg',
      'main.js',
      'desk.js',
      'api.js',
      'live.js',
      'elements.js',
      'entrance.js',
      'lists.js',
      'talk.js',
    ].map((name) => [`/page/${name}`, name]),
  ),
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

/** Adds the page at `/` and its files under `/page`. */
export function addPageRoutes(app: HttpApp): void {
  for (const [path, name] of Object.entries(files)) {
    const content = readFileSync(fileURLToPath(new URL(name, folder)))
    const type = mediaTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    app.get(path, { config: { open: true }, schema: { hide: true } }, (_request, reply) =>
      reply
        .header('content-type', type)
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(content),
    )
  }
}
