// Several plots over one time axis, one below the other: eyes and pointer go down the same second.

import { format, soft, rule, valueAxis, type ChartOption } from './chart-option.ts'

export interface Plot {
  /** Written above the plot, with the unit. */
  readonly title: string
  readonly height: number
  readonly axis?: ChartOption
}

const top = 54
const between = 42

/** Height in pixels of a chart with these plots. */
export function stackHeight(plots: readonly Plot[]): number {
  return plots.reduce((sum, { height }) => sum + height + between, top) + 2
}

/** Grids and axes of the plots; series name their plot by `xAxisIndex` and `yAxisIndex`. */
export function stackedPlots(
  plots: readonly Plot[],
  span: { from: number; to: number },
): ChartOption {
  let above = top
  const grids = plots.map(({ height }) => {
    const grid = { left: 50, right: 14, top: above, height, outerBoundsMode: 'none' }
    above += height + between
    return grid
  })
  return {
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: grids,
    xAxis: plots.map((_, index) => ({
      type: 'value',
      gridIndex: index,
      min: span.from,
      max: span.to,
      axisLine: { show: true, onZero: false, lineStyle: { color: rule } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        show: index === plots.length - 1,
        color: soft,
        fontSize: 11,
        hideOverlap: true,
        showMinLabel: span.from === 0,
        showMaxLabel: false,
        formatter: format('s'),
      },
      axisPointer: { label: { show: false } },
    })),
    yAxis: plots.map(({ title, axis }, index) =>
      valueAxis({ gridIndex: index, name: title, min: 0, splitNumber: 3, ...axis }),
    ),
  }
}
