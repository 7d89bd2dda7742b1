// The page: who talks with whom stands in its address, `#fox:owl` is fox who writes to owl; without it one picks.

import { avatars, pictureOf } from './avatars.js'
import { pull } from './api.js'
import { element, make } from './elements.js'
import { follow } from './live.js'
import { Outbox } from './outbox.js'
import { showUnsent, Talk } from './talk.js'

const earlierAtOnce = 50
/** How near the beginning a reader scrolls before earlier messages are fetched, in pixels. */
const nearBeginning = 100

let leaving = new AbortController()
/** @type {Outbox | undefined} */
let outbox

function begin() {
  leaving.abort()
  leaving = new AbortController()
  outbox = undefined
  complain('')
  const [me = '', you = ''] = namesIn(location.hash)
  const isInside = me !== '' && you !== '' && me !== you
  element('entrance', HTMLElement).hidden = isInside
  for (const id of ['chat', 'leave', 'other']) element(id, HTMLElement).hidden = !isInside
  element('link', HTMLElement).textContent = ''
  element('title', HTMLElement).textContent = isInside ? `${you}, and you are ${me}` : 'Messages'
  document.title = isInside ? `${me} → ${you}` : 'Messages'
  if (!isInside) return
  talkTo(me, you, leaving.signal)
  content.focus()
}

/** @param {string} hash one that somebody typed need not be well-formed */
function namesIn(hash) {
  try {
    return decodeURIComponent(hash.slice(1)).split(':')
  } catch {
    return []
  }
}

/**
 * @param {string} me
 * @param {string} you
 * @param {AbortSignal} signal
 */
function talkTo(me, you, signal) {
  element('other', HTMLAnchorElement).href = `#${encodeURIComponent(you)}:${encodeURIComponent(me)}`
  const chat = `${me}:${you}`
  const talk = new Talk(me)
  const box = new Outbox(
    { sender: me, chat },
    {
      onChange: () => showUnsent(box.unsent),
      onSent: (message) => talk.add([message]),
      onRefused(text, reason) {
        if (content.value === '') content.value = text
        complain(reason)
      },
    },
    signal,
  )
  outbox = box
  showUnsent(box.unsent)
  void follow(
    chat,
    {
      async onMessages(messages) {
        // One's own message is not shown twice: it leaves the unsent ones when its answer has come.
        if (messages.some(({ sender }) => sender === me)) await box.attempt
        if (!signal.aborted) talk.add(messages)
      },
      onState: (words) => (element('link', HTMLElement).textContent = words),
    },
    signal,
  )
  fetchEarlier(chat, talk, signal)
}

/**
 * @param {string} chat
 * @param {Talk} talk
 * @param {AbortSignal} signal
 */
function fetchEarlier(chat, talk, signal) {
  let isFetching = false
  const fetch = async () => {
    const cursor = talk.earlierCursor
    if (isFetching || cursor === undefined) return
    isFetching = true
    try {
      const page = await pull({ chat, cursor, limit: earlierAtOnce, reverse: true }, signal)
      if (!signal.aborted) talk.addEarlier(page.messages)
    } catch (error) {
      if (!signal.aborted) complain(error instanceof Error ? error.message : String(error))
    }
    isFetching = false
  }
  const list = element('messages', HTMLElement)
  const onScroll = () => void (list.scrollTop < nearBeginning && fetch())
  list.addEventListener('scroll', onScroll, { signal })
  element('earlier', HTMLElement).addEventListener('click', () => void fetch(), { signal })
}

/** @param {string} message empty: there is nothing to complain about any more */
function complain(message) {
  const close = make('button', { class: 'quiet', text: 'Close' })
  close.addEventListener('click', () => complain(''))
  const shown = message === '' ? [] : [make('span', { text: message }), close]
  element('trouble', HTMLElement).replaceChildren(...shown)
}

const content = element('content', HTMLTextAreaElement)
content.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  element('say', HTMLFormElement).requestSubmit()
})

element('say', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (outbox === undefined || content.value === '') return
  if (outbox.isFull)
    return complain('Too many messages wait to be sent. They go as soon as they can.')
  outbox.add(content.value)
  content.value = ''
})

element('choice', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  const picked = (/** @type {string} */ id) =>
    element(id, HTMLElement).querySelector('input:checked')?.getAttribute('value') ?? ''
  const [me, you] = [picked('me'), picked('you')]
  if (me === you) return complain('Pick two different ones.')
  location.hash = `${me}:${you}`
})

for (const [id, preset] of /** @type {const} */ ([
  ['me', 'fox'],
  ['you', 'owl'],
])) {
  for (const name of avatars) {
    const radio = make('input')
    Object.assign(radio, { type: 'radio', name: id, value: name, checked: name === preset })
    const label = make('label', {}, radio, pictureOf(name), make('span', { text: name }))
    element(id, HTMLElement).append(label)
  }
}
addEventListener('hashchange', begin)
begin()
