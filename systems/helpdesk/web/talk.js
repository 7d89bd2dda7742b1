// One conversation: what was said, and what can be done with it.

import { element, make, showList } from './elements.js'
import { other } from './lists.js'

/**
 * @typedef {import('./api.js').Conversation} Conversation
 * @typedef {import('./api.js').Message} Message
 */

/** How far from the end a reader may be and still be taken along, in pixels. */
const nearEnd = 80

/**
 * @param {import('./desk.js').Desk} desk
 * @param {string} me the caller's id
 */
export function showTalk(desk, me) {
  const { current } = desk
  document.body.classList.toggle('talking', current !== undefined)
  element('talk-nothing', HTMLElement).hidden = current !== undefined
  element('talk-open', HTMLElement).hidden = current === undefined
  if (current === undefined) return
  element('talk-title', HTMLElement).textContent = current.title
  element('talk-title', HTMLElement).title = current.title
  element('talk-state', HTMLElement).textContent = `${current.status} · ${other(current, me)}`
  const isExpert = current.assignedExpertId === me
  const isOver = current.status === 'resolved'
  element('unclaim', HTMLElement).hidden = !isExpert || isOver
  element('resolve', HTMLElement).hidden = isOver
  element('say', HTMLElement).hidden = isOver
  const list = element('messages', HTMLElement)
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < nearEnd
  showList(
    list,
    desk.messages,
    (message) => messageEntry(message, me),
    () => undefined,
  )
  if (isAtEnd) list.scrollTop = list.scrollHeight
}

/**
 * @param {Message} message
 * @param {string} me
 */
function messageEntry({ senderId, senderUsername, senderRole, content, timestamp }, me) {
  const isOwn = senderId === me
  const role = senderRole === 'expert' ? 'expert' : 'questioner'
  const time = make('time', { text: new Date(timestamp).toLocaleString('en-GB', timeForm) })
  time.dateTime = timestamp
  const about = make(
    'p',
    { class: 'soft', text: `${isOwn ? 'You' : senderUsername}, ${role} · ` },
    time,
  )
  return make('li', { class: isOwn ? 'own' : '' }, about, make('p', { text: content }))
}

/** @type {Intl.DateTimeFormatOptions} */
const timeForm = { dateStyle: 'medium', timeStyle: 'short' }
