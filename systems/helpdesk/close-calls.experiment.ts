import { experiment } from 'plimsoll'
import comparison, { configurations } from './experiment.ts'

const { A, C, D } = configurations

/**
 * Is D better than C, and does the method see a difference where there is none? The same as experiment.ts with
 * A beside itself: their ratio must come out as "no difference shown". Close configurations are told apart by
 * repeats rather than by longer steps, so it repeats as often in the quick form.
 */
export default experiment({
  ...comparison,
  question: 'Does the bigger database carry more, and is A equal to A?',
  configurations: { A, alsoA: A, C, D },
  repeats: 5,
})
