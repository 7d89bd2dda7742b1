export { bootstrap, type BootstrapOptions, type Interval } from './bootstrap.ts'
export { Histogram } from './histogram.ts'
export { median, quantileOf } from './quantile.ts'
export { smallSampleFactor } from './small-sample.ts'
