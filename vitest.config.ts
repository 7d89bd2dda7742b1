import { defineConfig } from 'vitest/config'

const unit = [
  'packages/*/src/**/*.test.ts',
  'systems/*/src/**/*.test.ts',
  'systems/*/*.test.ts',
  'systems/*/web/**/*.test.ts',
  'test/tidy/*.test.ts',
]
/** Real databases and processes. Whether they pass does not hang on how fast they are: two files at a time. */
const real = ['packages/service/src/**/*.real.test.ts', 'systems/*/**/*.real.test.ts']
/** Real clocks and limits, and what looks for leftovers: one file at a time, because the machine is shared. */
const alone = ['packages/!(service)/src/**/*.real.test.ts', 'test/**/*.test.ts']
const patience = { testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: ['**/node_modules/**', '**/*.real.test.ts'],
        },
      },
      {
        test: {
          name: 'real',
          include: real,
          exclude: ['**/node_modules/**'],
          ...patience,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          exclude: ['**/node_modules/**', 'test/tidy/**'],
          ...patience,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
