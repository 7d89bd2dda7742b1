// What a service says of itself at /metrics.

/** Every line of a service's metrics, by its name with labels; empty when it does not answer. */
export async function readMetrics(url: string): Promise<Map<string, number>> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })
    const lines = (await answer.text()).split('\n').filter((line) => !line.startsWith('#'))
    return new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ')
        return [line.slice(0, end), Number(line.slice(end + 1))]
      }),
    )
  } catch {
    return new Map()
  }
}
