// The page: who is logged in, what is followed, and what each button does.

import { Api, Refusal } from './api.js'
import { Desk } from './desk.js'
import { element, make, textIn } from './elements.js'
import { openEntrance } from './entrance.js'
import { showLists } from './lists.js'
import { follow } from './live.js'
import { showTalk } from './talk.js'

const api = new Api()
let desk = new Desk()
let me = ''
let following = new AbortController()
/** Messages that were marked as read, so that each is marked once. @type {Set<string>} */
const marked = new Set()
/** The path of the messages before those that are shown. @type {string | undefined} */
let earlier
/** Names the text that was sent last, so that sending it again does not double it. */
let draft = { text: '', name: newName() }

const listener = { onClaim: claim, onOpen: open }

function show() {
  showLists(desk, me, listener)
  showTalk(desk, me)
  element('earlier', HTMLElement).hidden = earlier === undefined
  markRead()
}

/** @param {import('./api.js').User} user */
function begin(user) {
  desk = new Desk()
  me = String(user.id)
  marked.clear()
  element('who', HTMLElement).textContent = user.username
  setInside(true)
  show()
  following = new AbortController()
  const { signal } = following
  void attempt(async () => {
    desk.addOwn(await api.call('GET', '/conversations'))
    if (!signal.aborted) show()
  })
  void follow(
    api,
    {
      onUpdate(update) {
        if (signal.aborted) return
        desk.take(update)
        show()
      },
      onState: (words) => (element('link', HTMLElement).textContent = words),
      onLeft: end,
    },
    signal,
  )
}

function end() {
  following.abort()
  desk = new Desk()
  show()
  element('who', HTMLElement).textContent = ''
  element('link', HTMLElement).textContent = ''
  setInside(false)
}

/** @param {boolean} isInside */
function setInside(isInside) {
  element('entrance', HTMLElement).hidden = isInside
  element('desk', HTMLElement).hidden = !isInside
  element('leave', HTMLElement).hidden = !isInside
}

/** @param {string} id */
async function claim(id) {
  await attempt(async () => {
    await api.call('POST', `/expert/conversations/${id}/claim`)
    desk.addOwn([await api.call('GET', `/conversations/${id}`)])
    await open(id)
  })
}

/** @param {string} id */
async function open(id) {
  desk.openOne(id)
  earlier = undefined
  element('messages', HTMLElement).replaceChildren()
  show()
  element('talk', HTMLElement).focus()
  await attempt(() => addMessages(id, `/conversations/${id}/messages`))
}

/**
 * @param {string} id
 * @param {string} path
 */
async function addMessages(id, path) {
  const { body, earlier: before } = await api.page('GET', path)
  if (desk.open !== id) return
  desk.addMessages(body)
  earlier = before
  show()
}

/** Everything that the other side said in the open conversation has been seen. */
function markRead() {
  if (document.visibilityState !== 'visible') return
  for (const { id, senderId, isRead } of desk.messages) {
    if (isRead || senderId === me || marked.has(id)) continue
    marked.add(id)
    void attempt(() => api.call('PUT', `/messages/${id}/read`))
  }
}

/**
 * Does it, and says why when it is refused.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>} whether it was done
 */
async function attempt(work) {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    complain(error.message)
    return false
  }
}

/** @param {string} message */
function complain(message) {
  const close = make('button', { class: 'quiet', text: 'Close' })
  close.addEventListener('click', () => element('trouble', HTMLElement).replaceChildren())
  element('trouble', HTMLElement).replaceChildren(make('span', { text: message }), close)
}

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16)).join('')
}

/**
 * @param {string} id
 * @param {(id: string) => Promise<unknown>} work with the open conversation
 */
function onClick(id, work) {
  element(id, HTMLButtonElement).addEventListener('click', () => {
    const { open } = desk
    if (open !== undefined) void attempt(() => work(open))
  })
}

openEntrance(async (way, credentials) => {
  await attempt(async () => {
    const user = await api.enter(way, credentials)
    element('trouble', HTMLElement).replaceChildren()
    element('credentials', HTMLFormElement).reset()
    begin(user)
  })
})

element('leave', HTMLButtonElement).addEventListener('click', () => {
  void attempt(() => api.leave()).then(end)
})

element('ask', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  const form = element('ask', HTMLFormElement)
  const title = textIn(form, 'title')
  void attempt(async () => {
    const made = await api.call('POST', '/conversations', { title })
    form.reset()
    desk.addOwn([made])
    await open(made.id)
    element('content', HTMLTextAreaElement).focus()
  })
})

const content = element('content', HTMLTextAreaElement)
content.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  element('say', HTMLFormElement).requestSubmit()
})

let isSending = false
element('say', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  const { open } = desk
  const text = content.value
  if (open === undefined || isSending) return
  isSending = true
  void attempt(async () => {
    if (text !== draft.text) draft = { text, name: newName() }
    const message = { conversationId: open, content: text, clientId: draft.name }
    desk.addMessages([await api.call('POST', '/messages', message)])
    draft = { text: '', name: newName() }
    if (content.value === text) content.value = ''
    show()
    const list = element('messages', HTMLElement)
    list.scrollTop = list.scrollHeight
  }).finally(() => (isSending = false))
})

onClick('unclaim', async (id) => {
  await api.call('POST', `/expert/conversations/${id}/unclaim`)
  desk.leave(id)
  show()
})
onClick('resolve', (id) => api.call('POST', `/expert/conversations/${id}/resolve`))
onClick('earlier', (id) => (earlier === undefined ? Promise.resolve() : addMessages(id, earlier)))
element('back', HTMLButtonElement).addEventListener('click', () => {
  desk.openOne(undefined)
  show()
})
document.addEventListener('visibilitychange', markRead)
setInterval(() => {
  if (me !== '') showLists(desk, me, listener)
}, 30_000)

const user = await api.resume().catch((error) => complain(error.message))
if (user === undefined || user === null) setInside(false)
else begin(user)
