// What was said, as a list in the order of its numbers. A message is known by its number, so it may be told twice and
// in any order: by the page that was pulled, and by the answer to whoever sent it.

import { element, make } from './elements.js'
import { pictureOf } from './avatars.js'

/** @typedef {import('./api.js').Message} Message */

/** Most messages that are shown; the oldest go first when new ones come. */
const mostShown = 2_000
/** How far from the end a reader may be and still be taken along, in pixels. */
const nearEnd = 80

export class Talk {
  #list = element('messages', HTMLElement)
  #earlier = element('earlier', HTMLElement)
  #me
  /** @type {{ seq: number, send_time: number, entry: HTMLElement }[]} */
  #shown = []

  /** @param {string} me */
  constructor(me) {
    this.#me = me
    this.#list.replaceChildren()
    this.#show()
  }

  /** Where the page before the first message begins; undefined when there is none, or no room for it. */
  get earlierCursor() {
    const first = this.#shown[0]
    if (first === undefined || first.seq === 1 || this.#shown.length >= mostShown) return undefined
    return first.send_time - 1
  }

  /** @param {readonly Message[]} messages */
  add(messages) {
    const isAtEnd = this.#isAtEnd
    for (const message of messages) this.#insert(message)
    while (this.#shown.length > mostShown) this.#shown.shift()?.entry.remove()
    this.#show()
    if (isAtEnd) this.toEnd()
  }

  /** What is read stays where it is. @param {readonly Message[]} messages */
  addEarlier(messages) {
    const below = this.#list.scrollHeight - this.#list.scrollTop
    for (const message of messages) this.#insert(message)
    this.#show()
    this.#list.scrollTop = this.#list.scrollHeight - below
  }

  toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list
    return scrollHeight - scrollTop - clientHeight < nearEnd
  }

  /** @param {Message} message */
  #insert(message) {
    const { seq, send_time } = message
    let place = this.#shown.length
    while (place > 0 && (this.#shown[place - 1]?.seq ?? 0) > seq) place -= 1
    if (this.#shown[place - 1]?.seq === seq) return
    const entry = entryOf(message, this.#me)
    this.#list.insertBefore(entry, this.#shown[place]?.entry ?? null)
    this.#shown.splice(place, 0, { seq, send_time, entry })
  }

  #show() {
    this.#earlier.hidden = this.earlierCursor === undefined
  }
}

/** @param {readonly import('./outbox.js').Unsent[]} messages */
export function showUnsent(messages) {
  const entries = messages.map(({ text }) =>
    make(
      'li',
      { class: 'own' },
      make('p', { class: 'soft', text: 'Not sent yet' }),
      make('p', { text }),
    ),
  )
  element('unsent', HTMLElement).replaceChildren(...entries)
}

/**
 * @param {Message} message
 * @param {string} me
 */
function entryOf({ sender, text, send_time }, me) {
  const sent = new Date(send_time / 1_000)
  const time = make('time', { text: sent.toLocaleString('en-GB', timeForm) })
  time.dateTime = sent.toISOString()
  const isOwn = sender === me
  const about = make('p', { class: 'soft', text: `${isOwn ? 'You' : sender} · ` }, time)
  return make('li', { class: isOwn ? 'own' : '' }, pictureOf(sender), about, make('p', { text }))
}

/** @type {Intl.DateTimeFormatOptions} */
const timeForm = { dateStyle: 'medium', timeStyle: 'short' }
