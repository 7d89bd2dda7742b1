// What was judged, as JUnit XML: what holds passes, what fails is a failure, what is inconclusive is skipped.

import type { Claim, ToldResult } from './told-result.ts'

export function junitText({ name, started_at, claims }: ToldResult): string {
  const groups = Map.groupBy(claims, ({ group }) => group)
  const suites = [...groups].map(([group, own]) => {
    const cases = own.map((claim) => `    ${caseText(claim)}\n`).join('')
    const attributes = `name="${escaped(group)}" timestamp="${escaped(started_at)}" ${counts(own)}`
    return `  <testsuite ${attributes}>\n${cases}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${escaped(name)}" ${counts(claims)}>
${suites.join('')}</testsuites>
`
}

function counts(claims: readonly Claim[]): string {
  const of = (verdict: string) => claims.filter((claim) => claim.verdict === verdict).length
  return `tests="${claims.length}" failures="${of('fails')}" errors="0" skipped="${of('inconclusive')}"`
}

function caseText({ group, claim, verdict, found }: Claim): string {
  const open = `<testcase classname="${escaped(group)}" name="${escaped(claim)}"`
  if (verdict === 'holds') return `${open}><system-out>${escaped(found)}</system-out></testcase>`
  const kind = verdict === 'fails' ? 'failure' : 'skipped'
  return `${open}><${kind} message="${escaped(found)}"/></testcase>`
}

/** Also without the characters that XML 1.0 cannot hold. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
