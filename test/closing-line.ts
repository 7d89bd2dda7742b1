// The closing line of every test run: how many passed, failed and were skipped, and why each was skipped.
// oxlint-disable import/no-default-export -- Vitest takes a reporter by its default export.

import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** A Vitest reporter that counts, and names the reason of every skipped test. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 }
    const reasons = new Map<string, number>()
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0)
        counts.failed += 1
      for (const test of module.children.allTests()) count(test, { counts, reasons })
    }
    const lines = [...reasons].map(([reason, tests]) => `  skipped ${tests}: ${reason}`)
    const closing = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
    process.stdout.write(`\n${[...lines, closing].join('\n')}\n`)
  }
}

interface Tally {
  readonly counts: { passed: number; failed: number; skipped: number }
  readonly reasons: Map<string, number>
}

function count(test: TestCase, { counts, reasons }: Tally): void {
  const result = test.result()
  if (result.state === 'passed') counts.passed += 1
  else if (result.state === 'failed') counts.failed += 1
  else {
    counts.skipped += 1
    const reason = (result.state === 'skipped' && result.note) || 'no reason given'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
}
