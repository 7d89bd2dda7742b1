// The one build of ECharts that draws everything: on the server and, inlined, in the page. It is loaded at
// the first drawing, because it takes longer than all the rest and most commands never draw.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { init } from 'echarts'

const require = createRequire(import.meta.url)
const build = 'echarts/dist/echarts.common.min.js'

/** ECharts for drawing here. */
export function loadedECharts(): { readonly init: typeof init } {
  return require(build) as { readonly init: typeof init }
}

/** Its source text as published, licence and all, to be inlined into a page. */
export function echartsSource(): string {
  return readFileSync(require.resolve(build), 'utf8')
}
