// A conversation as a data set tells it, and what is made of it here. The one who asks is the initiator;
// everybody else who speaks is an expert, one after the other: when another expert speaks, the first has given
// the conversation back and the other has claimed it.
//
// A transcript is over. One that was answered is resolved, by the expert who spoke last; one that nobody
// answered waits. Who speaks has read what the other side said before; what comes after is unread.

/** One thing that was said. */
export interface Turn {
  /** A username. */
  readonly by: string
  readonly text: string
  /** Microseconds since 1970, in UTC; undefined where the data set tells no times. */
  readonly at?: number | undefined
}

/** A conversation of a data set. */
export interface Transcript {
  /** Names it in its data set, always the same. */
  readonly key: string
  readonly asker: string
  /** In the order in which they were said; at least one. */
  readonly turns: readonly Turn[]
}

/** A claim that has ended, or the one that stands. */
export interface PastClaim {
  readonly expert: string
  readonly status: 'unassigned' | 'resolved'
  readonly assigned_at: number
  readonly ended_at: number
  /** The number of the last message before it ended. */
  readonly told_seq: number
}

/** A message as it is stored; its number is its place. */
export interface PastMessage extends Turn {
  readonly at: number
  readonly role: 'initiator' | 'expert'
  readonly is_read: boolean
}

/** Everything that is stored of a transcript. */
export interface PastConversation {
  readonly key: string
  readonly title: string
  readonly asker: string
  readonly messages: readonly PastMessage[]
  /** None for a conversation that waits. */
  readonly claims: readonly PastClaim[]
  readonly unread_initiator: number
  readonly unread_expert: number
}

const longestTitle = 80

/** What is stored; `now` is the time of turns without one, in microseconds since 1970. */
export function pastOf(transcript: Transcript, now: number): PastConversation {
  const { key, asker, turns } = transcript
  const isAsker = ({ by }: Turn) => by === asker
  const times = risingTimes(turns, now)
  const lastOfAsker = turns.findLastIndex(isAsker)
  const lastOfExpert = turns.findLastIndex((turn) => !isAsker(turn))
  const messages = turns.map((turn, i): PastMessage => {
    const role = isAsker(turn) ? 'initiator' : 'expert'
    const is_read = i < (role === 'initiator' ? lastOfExpert : lastOfAsker)
    return { ...turn, at: times[i] ?? now, role, is_read }
  })
  const unread = (role: PastMessage['role']) =>
    messages.filter((message) => message.role === role && !message.is_read).length
  return {
    key,
    title: titleOf(turns.find(isAsker) ?? turns[0]),
    asker,
    messages,
    claims: claimsOf(messages),
    unread_initiator: unread('expert'),
    unread_expert: unread('initiator'),
  }
}

/**
 * Data sets count in seconds, and several things are said in one: each turn is at least a microsecond after
 * the one before, so that a client which sorts by time shows what was said in its order.
 */
function risingTimes(turns: readonly Turn[], now: number): number[] {
  let last = 0
  return turns.map(({ at }) => (last = Math.max(at ?? now, last + 1)))
}

function claimsOf(messages: readonly PastMessage[]): PastClaim[] {
  const begins = messages
    .map((message, seq) => ({ ...message, seq }))
    .filter(({ role }) => role === 'expert')
    .filter(({ by }, i, all) => by !== all[i - 1]?.by)
  const last = messages.at(-1)
  return begins.map(({ by, at }, n): PastClaim => {
    const next = begins[n + 1]
    return {
      expert: by,
      status: next === undefined ? 'resolved' : 'unassigned',
      assigned_at: at,
      ended_at: next?.at ?? last?.at ?? at,
      told_seq: next === undefined ? messages.length : next.seq,
    }
  })
}

/** The first line of the question, cut between words. */
function titleOf(question: Turn | undefined): string {
  const line = question?.text.trim().split(/[\r\n]/, 1)[0] ?? ''
  const letters = Array.from(line)
  if (letters.length <= longestTitle) return line
  const cut = letters.slice(0, longestTitle - 1).join('')
  const end = cut.lastIndexOf(' ')
  return `${end > longestTitle / 2 ? cut.slice(0, end) : cut}…`
}
