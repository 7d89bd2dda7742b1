// What a chat is called and who may write in it. The edge and the store both ask here: the store does not trust
// its callers.

/** What is wrong with a field, in words that follow its name. */
export class Fault extends Error {
  readonly field: string

  constructor(field: string, problem: string) {
    super(problem)
    this.name = 'Fault'
    this.field = field
  }
}

/** The longest name, in bytes. */
export const nameBytes = 64
/** The longest text, in bytes. */
export const textBytes = 16_384
/** The longest `client_id`, in bytes. */
export const clientIdBytes = 128

const control = /\p{Cc}/u

/** A name as it is stored: spaces removed, in lower case, in composed characters. */
export function memberName(given: string): string {
  return given.replaceAll(/\s/g, '').toLowerCase().normalize('NFC')
}

/** The one name of a chat, `a:b` with its members sorted. Throws `Fault`. */
export function chatName(given: string): string {
  if (isPlainChat(given)) return given
  const members = given.split(':').map(memberName)
  const [first = '', second = ''] = members
  if (members.length !== 2 || first === '' || second === '') {
    throw new Fault('chat', 'must name exactly two members, like alice:bob')
  }
  if (first === second) throw new Fault('chat', 'must name two different members')
  for (const name of members) checkName('chat', name)
  return first < second ? `${first}:${second}` : `${second}:${first}`
}

/** The sender as stored. Throws `Fault` unless it is one of the two members of `chat`. */
export function senderIn(chat: string, given: string): string {
  const name = memberName(given)
  if (name === '') throw new Fault('sender', 'must not be empty')
  checkName('sender', name)
  if (!isMember(chat, name)) throw new Fault('sender', 'must be one of the two members of the chat')
  return name
}

/** Whether a stored name is one of the two in the stored name of a chat. */
export function isMember(chat: string, name: string): boolean {
  const middle = chat.indexOf(':')
  return chat.slice(0, middle) === name || chat.slice(middle + 1) === name
}

/** Throws `Fault` for a text that cannot be stored as it is. */
export function checkText(text: string): void {
  if (text === '') throw new Fault('text', 'must not be empty')
  const bytes = Buffer.byteLength(text)
  if (bytes > textBytes)
    throw new Fault('text', `must be at most ${textBytes} bytes, found ${bytes}`)
  checkCharacters('text', text)
}

/** Throws `Fault` for a `client_id` that cannot name a message. */
export function checkClientId(id: string): void {
  if (id === '') throw new Fault('client_id', 'must not be empty')
  const bytes = Buffer.byteLength(id)
  if (bytes > clientIdBytes) {
    throw new Fault('client_id', `must be at most ${clientIdBytes} bytes, found ${bytes}`)
  }
  checkCharacters('client_id', id)
}

/** PostgreSQL cannot store NUL, and half a surrogate pair would come back as another text. */
function checkCharacters(field: string, text: string): void {
  if (text.includes('\0')) throw new Fault(field, 'must not contain NUL')
  if (!text.isWellFormed()) throw new Fault(field, 'must be valid Unicode')
}

function checkName(field: string, name: string): void {
  checkCharacters(field, name)
  if (Buffer.byteLength(name) > nameBytes) {
    throw new Fault(field, `must have names of at most ${nameBytes} bytes`)
  }
  if (name.includes(':')) throw new Fault(field, 'must not contain a colon in a name')
  if (control.test(name)) throw new Fault(field, 'must not contain control characters in a name')
}

const plain = /^[a-z0-9_.-]{1,64}:[a-z0-9_.-]{1,64}$/

/** Most chats come as they are stored. */
function isPlainChat(given: string): boolean {
  if (!plain.test(given)) return false
  const middle = given.indexOf(':')
  return given.slice(0, middle) < given.slice(middle + 1)
}
