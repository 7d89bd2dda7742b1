// The charts of one page: each is placed where it is wanted and its option kept for the script at the end.

import type { ChartOption } from '../charts/chart-option.ts'
import { drawSvg } from '../charts/draw-svg.ts'
import type { Thinning } from '../charts/thinning.ts'
import { html, scriptJson, trusted, type Markup } from '../markup.ts'

/** Width at which still pictures are drawn unless told; they scale to their box. */
const fullWidth = 860

export interface PlacedChart {
  /** Unique in the page; letters, digits and dashes. */
  readonly id: string
  readonly option: ChartOption
  readonly height: number
  /** Of the still picture; default: the full width of the page. */
  readonly width?: number
  /** What is seen, in words: for screen readers and for a caption below. */
  readonly label: string
  readonly caption?: string
  /** Inside a `<details>`: seen only by those who ask for it. */
  readonly folded?: boolean
}

/** How much a page may hold. */
export interface Detail extends Thinning {
  /** Still pictures for folded charts too, for where scripts do not run. */
  readonly foldedStills: boolean
}

/** Collects the charts of a page while its sections are written. */
export class ChartAlbum {
  readonly #options: Record<string, ChartOption> = {}
  readonly detail: Detail

  constructor(detail: Detail) {
    this.detail = detail
  }

  /** A figure: a still picture now, an interactive chart once the script has seen it. */
  place(chart: PlacedChart): Markup {
    const { id, option, height, width = fullWidth, label, caption, folded = false } = chart
    this.#options[id] = option
    const still =
      folded && !this.detail.foldedStills
        ? html`<noscript>This chart needs scripts to be drawn.</noscript>`
        : trusted(drawSvg(option, { width, height, id }))
    return html`<figure class="chart" id="${id}">
      <div class="live" style="height:${height}px" role="img" aria-label="${label}" hidden></div>
      <div class="still" role="img" aria-label="${label}">${still}</div>
      ${caption !== undefined && html`<figcaption>${caption}</figcaption>`}
    </figure>`
  }

  /** All options, for the script. */
  data(): Markup {
    return html`<script type="application/json" id="chart-options">
      ${scriptJson(this.#options)}
    </script>`
  }
}
