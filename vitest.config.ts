import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const unit = [
  'packages/*/src/**/*.test.ts',
  'systems/*/src/**/*.test.ts',
  'systems/*/*.test.ts',
  'systems/*/web/**/*.test.ts',
  'test/tidy/*.test.ts',
]
/** Of services, what a clock judges. */
const timed = [
  'packages/service/src/reads.real.test.ts',
  // Leases end by the clock.
  'systems/messaging/src/discovery/*.real.test.ts',
]
/** Real clocks and limits, and what looks for leftovers: one file at a time, because the machine is shared. */
const alone = [
  'packages/{engine,lab,plimsoll,stores}/src/**/*.real.test.ts',
  'test/**/*.test.ts',
  ...timed,
]
/** Whether these pass does not hang on how fast they are. */
const untimed = [
  'packages/engine/src/{answer-parser,dial,streams,travel}.real.test.ts',
  'packages/lab/src/search/*.real.test.ts',
  'packages/lab/src/platform/template.real.test.ts',
  'packages/plimsoll/src/import/*.real.test.ts',
]
/** Real databases and processes: two files at a time; three were no faster on two cores. */
const real = [
  'packages/{record,report,service}/src/**/*.real.test.ts',
  'systems/*/**/*.real.test.ts',
  ...untimed,
]
/** Of the real ones, those that take a minute: begun last they would run on alone. */
const long = [
  'campaign/src/page/page.real',
  'lab/src/search/simulation.real',
  'helpdesk/src/import/import.real',
  'reviews/src/import/import.real',
  'messaging/src/pull/cursors.real',
  'engine/src/answer-parser.real',
]

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => long.some((name) => moduleId.includes(name))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/** Of a machine five times slower than usual; how fast something is, benches say. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 }

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    passWithNoTests: false,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: ['**/node_modules/**', '**/*.real.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'real',
          include: real,
          exclude: ['**/node_modules/**', ...timed],
          ...patience,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          exclude: ['**/node_modules/**', 'test/tidy/**', ...untimed],
          ...patience,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
