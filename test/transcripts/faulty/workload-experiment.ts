import experiment from '../../../examples/first/experiment.ts'
import { broken } from './workload.ts'

/** Sound, but for the workload that it imports. */
export default { ...experiment, workload: broken }
