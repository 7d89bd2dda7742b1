/** One event of a stream: its name (`message` when it has none) and its data. */
export interface StreamEvent {
  readonly name: string
  readonly data: string
}

/**
 * Cuts a stream of server-sent events into events, wherever its pieces are cut. Comments only prove that the other
 * side lives. Feed it pieces of text in their order.
 */
export function eventCutter(): (piece: string) => StreamEvent[] {
  let rest = ''
  return (piece) => {
    const blocks = (rest + piece.replaceAll('\r\n', '\n')).split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter((event) => event !== undefined)
  }
}

function eventOf(block: string): StreamEvent | undefined {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
  })
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value)
  if (data.length === 0) return undefined
  const name = fields.findLast(([field]) => field === 'event')?.[1]
  return { name: name ?? 'message', data: data.join('\n') }
}
