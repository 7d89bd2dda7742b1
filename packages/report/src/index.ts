export { renderHtml } from './render-html.ts'
export type { Told } from './told.ts'
