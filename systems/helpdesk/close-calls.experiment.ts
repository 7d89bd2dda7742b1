import { experiment } from 'plimsoll'
import comparison, { configurations } from './experiment.ts'

const { A, C, D } = configurations

/**
 * Is D better than C, and does the method see a difference where there is none? The same as experiment.ts with
 * A beside itself: their ratio must come out as "no difference shown". Only the full form answers: in the quick one
 * all repeats share a deployment. Five repeats, since one of all four configurations takes a quarter of an hour.
 */
export default experiment({
  ...comparison,
  question: 'Does the bigger database carry more, and is A equal to A?',
  configurations: { A, alsoA: A, C, D },
  repeats: 5,
})
