import first from '../../../examples/first/experiment.ts'

/** A plain object that never went through `experiment()`. */
export default { ...first, configurations: {}, checks: [] }
