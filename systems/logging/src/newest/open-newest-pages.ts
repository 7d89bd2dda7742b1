// The newest records as the API reads them: by way of a cache where there is one.

import type { Coalescer, Logger, MetricsSource } from '@plimsoll/service'

import type { Page } from '../read/list-store.ts'
import { NewestPages } from './newest-pages.ts'
import { openNewest, type NewestSettings } from './open-newest.ts'

export interface OpenNewestPagesOptions {
  readonly settings: NewestSettings
  readonly log: Logger
  readonly coalescer: Coalescer
  /** The page as PostgreSQL has it. */
  readonly readNewest: (limit: number) => Promise<Page>
}

export interface OpenedNewestPages extends AsyncDisposable {
  readonly read: (limit: number) => Promise<Page>
  readonly metrics: MetricsSource
}

/** Opens them; without a Redis every page comes from PostgreSQL. */
export function openNewestPages({
  settings,
  log,
  readNewest,
  ...rest
}: OpenNewestPagesOptions): OpenedNewestPages {
  const newest = openNewest(settings, log)
  if (newest === undefined) {
    return { read: readNewest, metrics: () => '', [Symbol.asyncDispose]: async () => undefined }
  }
  const pages = new NewestPages({ cache: newest.rows, readNewest, ...rest })
  return {
    read: (limit) => pages.read(limit),
    metrics: pages.metrics,
    [Symbol.asyncDispose]: () => newest[Symbol.asyncDispose](),
  }
}
