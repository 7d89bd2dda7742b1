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
  const draw = (element) => {
    const live = element.querySelector('.live');
    live.hidden = false;
    const chart = echarts.init(live, null, { renderer: 'svg' });
    chart.setOption(withFormats(options[element.id], figure));
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
