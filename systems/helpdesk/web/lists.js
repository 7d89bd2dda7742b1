// The two lists: who waits, oldest first, and the caller's own conversations.

import { ago, element, make, showList } from './elements.js'

/**
 * @typedef {import('./api.js').Conversation} Conversation
 * @typedef {{ onClaim: (id: string) => void, onOpen: (id: string) => void }} Listener
 */

const words = { waiting: 'waiting', active: 'active', resolved: 'resolved' }

/**
 * @param {import('./desk.js').Desk} desk
 * @param {string} me the caller's id
 * @param {Listener} listener
 */
export function showLists(desk, me, listener) {
  const { waiting, own, total } = desk
  element('waiting-count', HTMLElement).textContent =
    total > waiting.length ? `${waiting.length} of ${total}` : String(total)
  element('waiting-nothing', HTMLElement).hidden = waiting.length > 0
  element('own-nothing', HTMLElement).hidden = own.length > 0
  showList(
    element('waiting', HTMLElement),
    waiting,
    (one) => waitingEntry(one, me, listener),
    (made, one) => {
      write(made, '.soft', `${one.questionerUsername} · ${ago(one.createdAt)}`)
    },
  )
  showList(
    element('own', HTMLElement),
    own,
    (one) => ownEntry(one, listener),
    (made, one) => {
      const button = made.querySelector('button')
      button?.setAttribute('aria-current', String(one.id === desk.open))
      write(made, '.soft', `${words[one.status]} · ${other(one, me)}`)
      write(
        made,
        '.badge',
        one.unreadCount === 0 || one.id === desk.open ? '' : `${one.unreadCount} unread`,
      )
    },
  )
}

/**
 * @param {Conversation} one
 * @param {string} me
 */
export function other(one, me) {
  if (one.questionerId !== me) return `from ${one.questionerUsername}`
  const { assignedExpertUsername: expert } = one
  return expert === null ? 'your question' : `your question, with ${expert}`
}

/**
 * Long titles are cut by the style; pointing at one shows it whole.
 * @param {Conversation} one
 */
function titleOf({ title }) {
  const made = make('strong', { text: title })
  made.title = title
  return made
}

/**
 * Changes the text only when it is another one: a screen reader would read it again.
 * @param {HTMLElement} within
 * @param {string} selector
 * @param {string} text
 */
function write(within, selector, text) {
  const found = within.querySelector(selector)
  if (found !== null && found.textContent !== text) found.textContent = text
}

/**
 * @param {Conversation} one
 * @param {string} me
 * @param {Listener} listener
 */
function waitingEntry(one, me, { onClaim }) {
  const about = make('div', {}, titleOf(one), make('span', { class: 'soft' }))
  const isMine = one.questionerId === me
  const action = isMine
    ? make('span', { class: 'soft', text: 'yours' })
    : make('button', { text: 'Claim' })
  if (action instanceof HTMLButtonElement) {
    action.setAttribute('aria-label', `Claim: ${one.title}`)
    action.addEventListener('click', () => onClaim(one.id))
  }
  return make('li', { class: 'entry' }, about, action)
}

/**
 * @param {Conversation} one
 * @param {Listener} listener
 */
function ownEntry(one, { onOpen }) {
  const button = make(
    'button',
    { class: 'entry' },
    make('div', {}, titleOf(one), make('span', { class: 'soft' })),
    make('span', { class: 'badge' }),
  )
  button.addEventListener('click', () => onOpen(one.id))
  return make('li', {}, button)
}
