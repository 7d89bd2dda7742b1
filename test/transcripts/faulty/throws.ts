import experiment from '../../../examples/first/experiment.ts'

function priceList(): string {
  throw new Error('no price list at /etc/prices')
}

export default { ...experiment, question: priceList() }
