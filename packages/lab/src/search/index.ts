export { bisect, bisectSteps } from './bisect.ts'
export { findEdge, type Edge, type FindEdgeOptions, type Measure, type Tried } from './find-edge.ts'
export { edgeOfRepeat, nextRung, windowAround, type RungWindow } from './repeat-rungs.ts'
