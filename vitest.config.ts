import { defineConfig } from 'vitest/config'

const unit = [
  'packages/*/src/**/*.test.ts',
  'systems/*/src/**/*.test.ts',
  'systems/*/*.test.ts',
  'test/tidy/*.test.ts',
]
const real = [
  'packages/*/src/**/*.real.test.ts',
  'systems/*/**/*.real.test.ts',
  'test/**/*.test.ts',
]

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
        // Real databases, processes and clocks: one file at a time, because the machine is shared.
        test: {
          name: 'real',
          include: real,
          exclude: ['**/node_modules/**', 'test/tidy/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
