// What runs in the reader's browser: draws each chart with ECharts when it comes into view, so that a page
// with forty charts opens at once. Without it the still pictures remain and nothing else is missing.

import { withFormats } from '../charts/chart-option.ts'
import { figure } from '../figures.ts'

/** The page's own script, to stand after ECharts. Two functions are carried over as their own source text. */
export function pageScript(): string {
  return `'use strict';
(() => {
  const figure = ${figure.toString()};
  const withFormats = ${withFormats.toString()};
  const options = JSON.parse(document.getElementById('chart-options').textContent);
  // One list for all plots, in the order of the legend; names go in as text, never as HTML.
  const tip = ({ series, xAxis }) => (found) => {
    const box = document.createElement('div');
    const add = (to, tag, text) => { const made = document.createElement(tag); made.textContent = text; to.append(made); return made; };
    add(box, 'div', [].concat(xAxis).at(-1).axisLabel.formatter(found[0].value[0])).className = 'tip-head';
    for (const { seriesIndex, seriesName, value, color } of found.toSorted((a, b) => a.seriesIndex - b.seriesIndex)) {
      const row = add(box, 'div', '');
      row.className = 'tip-row';
      add(row, 'i', '').style.background = color;
      add(row, 'span', seriesName);
      add(row, 'b', value[2] ?? series[seriesIndex].tooltip.valueFormatter(value[1]));
    }
    return box;
  };
  const draw = (element) => {
    const live = element.querySelector('.live');
    live.hidden = false;
    const chart = echarts.init(live, null, { renderer: 'svg' });
    const option = withFormats(options[element.id], figure);
    if (option.tooltip.trigger === 'axis') option.tooltip.formatter = tip(option);
    chart.setOption(option);
    element.classList.add('drawn');
    new ResizeObserver(() => { if (live.clientWidth > 0) chart.resize(); }).observe(live);
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      draw(target);
    }
  }, { rootMargin: '300px' });
  for (const element of document.querySelectorAll('.chart')) watcher.observe(element);
})();`.replaceAll('</script', String.raw`<\/script`)
}
