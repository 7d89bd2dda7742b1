// What the store makes of a request: every field is checked here, whoever sent it.

import { chatName, checkClientId, checkText, Fault, senderIn } from '../chats/chat.ts'
import { lastCursor, limitByDefault, mostPerPage, type CheckedPage } from '../pull/page.ts'
import type { CheckedMessage } from '../send/send-store.ts'
import type { NewMessage, PageRequest } from './generated/messaging.ts'

/** Throws `Fault`. */
export function checkedMessage({ chat, sender, text, clientId }: NewMessage): CheckedMessage {
  const name = chatName(chat)
  const from = senderIn(name, sender)
  checkText(text)
  if (clientId !== '') checkClientId(clientId)
  return { chat: name, sender: from, text, client_id: clientId === '' ? null : clientId }
}

/** Throws `Fault`. */
export function checkedPage(request: PageRequest): CheckedPage {
  const { limit, reverse } = request
  const chat = chatName(request.chat)
  const cursor = timeIn(request, 'cursor')
  const after = timeIn(request, 'after')
  if (limit < 0 || limit > mostPerPage) throw new Fault('limit', `must be from 1 to ${mostPerPage}`)
  return { chat, cursor, limit: limit === 0 ? limitByDefault : limit, reverse, after }
}

function timeIn(request: PageRequest, field: 'cursor' | 'after'): number {
  const time = request[field]
  if (time >= 0n && time <= BigInt(lastCursor)) return Number(time)
  throw new Fault(field, `must be from 0 to ${lastCursor}`)
}
