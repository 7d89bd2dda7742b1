// The operator's page. Its files lie in web/ and need no token.

import { fileURLToPath } from 'node:url'
import { addPage, type HttpApp } from '@plimsoll/service'

const folder = fileURLToPath(new URL('../../web/', import.meta.url))

/** Adds the page at `/` and its files under `/page`. */
export function addPageRoutes(app: HttpApp): void {
  addPage(app, { folder, config: { open: true } })
}
