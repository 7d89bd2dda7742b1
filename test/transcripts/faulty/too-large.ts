import experiment from '../../../examples/first/experiment.ts'

/** Sixteen servers at full size fit on no small machine. */
export default {
  ...experiment,
  scale: 1,
  configurations: { many: { prices: { size: 'm7g.xlarge', instances: 64 } } },
}
