export { bisect, bisectSteps } from './bisect.ts'
export { findEdge, type Edge, type FindEdgeOptions, type Measure } from './find-edge.ts'
export { repeatEdge, windowAround, type RungWindow } from './repeat-rungs.ts'
