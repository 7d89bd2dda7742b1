// Looks up fields in the text of a head, whose lines end with CR LF.

/** The first value of a header. */
export function headerOf(head: string, name: string): string | undefined {
  const wanted = name.toLowerCase()
  let start = head.indexOf('\r\n') + 2
  while (start > 1 && start < head.length) {
    const end = head.indexOf('\r\n', start)
    const colon = head.indexOf(':', start)
    if (end === -1 || colon === -1) return undefined
    if (colon - start === wanted.length && head.slice(start, colon).toLowerCase() === wanted) {
      return head.slice(colon + 1, end).trim()
    }
    start = end + 2
  }
  return undefined
}
