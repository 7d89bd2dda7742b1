// The look of the page. System fonts only (nothing is fetched); colours are variables, set once for light
// and once for dark; paper is always light. Charts take their colours from here too.

const light = `
  --paper: #fdfcf9; --raised: #f5f3ec; --ink: #1c2126; --soft: #5d656d; --rule: #dedbd2; --link: #0b5c97;
  --good: #00704f; --bad: #b3400a; --doubt: #8a6100; --alarm: #fbeee6; --wash: #cfe0ec;
  --c1: #0067a5; --c2: #c04e00; --c3: #00795a; --c4: #9c4f8b; --c5: #8a6d00; --c6: #2f7fb8; --c7: #6b6f76; --c8: #3b3f8f;`

const dark = `
  --paper: #15181b; --raised: #1e2226; --ink: #e8e5df; --soft: #a3a9af; --rule: #343a40; --link: #7dbcf0;
  --good: #4cc79d; --bad: #ff8f5c; --doubt: #e6b54a; --alarm: #33231a; --wash: #24405a;
  --c1: #5fb0ee; --c2: #ff9a52; --c3: #43c59e; --c4: #e29ad0; --c5: #e3c04a; --c6: #8fcdf5; --c7: #b0b5bb; --c8: #a3a7f2;`

/** Everything inside `<style>`. */
export const pageStyle = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
@media print { :root { color-scheme: light; ${light} --paper: #fff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main, header, footer { max-width: 58rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, .mark, blockquote { font-family: 'Iowan Old Style', Palatino, 'Palatino Linotype', Charter, 'Source Serif 4', Georgia, serif; text-wrap: balance; }
h1 { font-size: clamp(1.65rem, 1.1rem + 2.4vw, 2.6rem); line-height: 1.18; font-weight: 500; margin: .35rem 0 1.1rem; letter-spacing: -.012em; }
h1.long { font-size: clamp(1.4rem, 1.1rem + 1.5vw, 2rem); line-height: 1.25; }
h2 { font-size: 1.5rem; line-height: 1.25; font-weight: 500; margin: 0 0 .35rem; }
h3 { font-size: 1rem; margin: 1.9rem 0 .3rem; }
p { margin: .4rem 0 .9rem; max-width: 44rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code { font: .88em/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--raised); padding: .8rem 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0 1rem; }
section { padding: 2.1rem 0 .6rem; border-top: 1px solid var(--rule); margin-top: 1.6rem; scroll-margin-top: .5rem; }
header { padding-top: 1.6rem; }
footer { border-top: 1px solid var(--rule); margin-top: 2.5rem; padding-top: 1rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .85rem; }
.mark { display: flex; align-items: center; gap: .55rem; font-size: 1.02rem; }
.mark svg { width: 1.55rem; height: 1.55rem; flex: none; }
.mark small { color: var(--soft); font: .85rem system-ui, sans-serif; margin-left: auto; text-align: right; overflow-wrap: anywhere; }
.question { color: var(--soft); margin: 2.2rem 0 0; font-size: 1.02rem; }
.soft, figcaption, caption { color: var(--soft); }
.badge { display: inline-flex; align-items: center; gap: .4em; font-weight: 600; white-space: nowrap; }
.badge svg { width: 1.05em; height: 1.05em; flex: none; }
.holds { color: var(--good); } .fails { color: var(--bad); } .inconclusive { color: var(--doubt); }
.summary { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; align-items: center; font-size: .98rem; }
.summary .badge { font-size: 1.15rem; }
nav ul { list-style: none; padding: 0; margin: 1.4rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .88rem; }
nav a { color: var(--soft); text-decoration: none; } nav a:hover { color: var(--link); text-decoration: underline; }
.alarm { background: var(--alarm); border-left: 4px solid var(--bad); padding: .7rem 1rem; margin: 1.2rem 0 0; border-radius: 0 6px 6px 0; }
.alarm p { margin: .2rem 0; } .alarm strong { display: block; }
figure { margin: 1rem 0 1.4rem; }
figcaption { font-size: .85rem; max-width: 44rem; }
.chart svg { display: block; width: 100%; height: auto; }
.chart .still svg { overflow: visible; } .chart .live svg { width: auto; }
.chart .live { width: 100%; overflow: hidden; } .chart .live[hidden], .chart.drawn .still { display: none; }
.scroll { overflow-x: auto; margin: .6rem 0 1.2rem; background: linear-gradient(90deg, var(--paper) 40%, transparent) 0 0 / 2.5rem 100% no-repeat local, linear-gradient(270deg, var(--paper) 40%, transparent) 100% 0 / 2.5rem 100% no-repeat local, linear-gradient(90deg, var(--rule), transparent) 0 0 / .7rem 100% no-repeat scroll, linear-gradient(270deg, var(--rule), transparent) 100% 0 / .7rem 100% no-repeat scroll; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; font-size: .85rem; padding-bottom: .35rem; }
th, td { padding: .42rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 500; font-size: .82rem; vertical-align: bottom; line-height: 1.25; border-bottom-color: var(--soft); }
tbody th { font-weight: 600; } th small { display: block; font-weight: 400; font-size: .8rem; color: var(--soft); }
th .pick { color: var(--good); } tbody tr:last-child > * { border-bottom-color: transparent; }
.n { text-align: right; white-space: nowrap; } td small { color: var(--soft); display: block; font-size: .8rem; } thead th.n { white-space: normal; }
.over { text-align: left; padding-bottom: 0; } th code { white-space: nowrap; overflow-wrap: normal; font-weight: 400; } thead tr:not(:last-child) > * { border-bottom: 0; }
.quiet caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.group { border-left: 1px solid var(--rule); padding-left: .9rem; }
details { margin: .5rem 0 1rem; } summary { cursor: pointer; color: var(--link); font-size: .9rem; width: fit-content; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.4rem; margin: .8rem 0 1.2rem; font-size: .94rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
ul.plain { padding-left: 1.1rem; margin: .4rem 0 1rem; } ul.plain li { margin: .25rem 0; max-width: 44rem; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 0 2rem; }
.tip-head { color: var(--soft); margin-bottom: .2rem; } .tip-row { display: flex; align-items: center; gap: .5em; }
.tip-row i { width: .7em; height: .7em; border-radius: 50%; } .tip-row b { margin-left: auto; padding-left: 1em; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) {
  table { font-size: .84rem; } th, td { padding: .4rem .45rem; } section { padding-top: 1.5rem; margin-top: 1.1rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .55rem; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards table, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; padding: 0; border: 0; text-align: left; white-space: normal; }
  .cards tbody tr { padding: .8rem 0; border-bottom: 1px solid var(--rule); }
  .cards td { display: grid; grid-template-columns: 9.5rem 1fr; padding: .12rem 0; } .cards td > * { grid-column: 2; }
  .cards td::before { content: attr(data-label); color: var(--soft); font-size: .85rem; grid-row: 1 / span 3; }
  .cards tbody th { font-size: 1rem; padding-bottom: .2rem; }
}
@media print {
  body { font-size: 10.5pt; } main, header, footer { max-width: none; padding: 0; }
  nav, summary { display: none; } .chart .live { display: none; } .chart.drawn .still { display: block; }
  section { break-inside: auto; margin-top: 1rem; padding-top: 1rem; } h2, h3 { break-after: avoid; }
  figure, tr, .alarm { break-inside: avoid; } .scroll { overflow: visible; background: none; } a { color: inherit; text-decoration: none; }
}`
