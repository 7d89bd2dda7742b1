// Load for tests that look at what clients are told: every status there was.

/** Sixteen senders that wait for each answer. */
export function startSenders(
  url: string,
  { chat, hasClientId }: { chat: string; hasClientId: boolean },
) {
  const statuses = new Set<number>()
  const [sender] = chat.split(':')
  const over = new AbortController()
  let done = 0
  let wanted = { count: Infinity, resolve: () => {} }
  const work = Array.from({ length: 16 }, async (_, i) => {
    for (let n = 0; !over.signal.aborted; n++) {
      const answer = await fetch(`${url}/api/send`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          chat,
          sender,
          text: 'hello',
          ...(hasClientId ? { client_id: `${i}-${n}` } : {}),
        }),
      })
      await answer.arrayBuffer()
      statuses.add(answer.status)
      done++
      if (done >= wanted.count) wanted.resolve()
    }
  })
  return {
    /** Resolves when so many more have been answered. */
    acknowledged: (count: number) =>
      new Promise<void>((resolve) => {
        wanted = { count: done + count, resolve }
      }),
    async stop() {
      over.abort()
      await Promise.all(work)
      return statuses
    },
  }
}
