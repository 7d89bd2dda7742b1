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
export function checkedPage({ chat, cursor, limit, reverse }: PageRequest): CheckedPage {
  const name = chatName(chat)
  if (cursor < 0n || cursor > BigInt(lastCursor)) {
    throw new Fault('cursor', `must be from 0 to ${lastCursor}`)
  }
  if (limit < 0 || limit > mostPerPage) throw new Fault('limit', `must be from 1 to ${mostPerPage}`)
  return {
    chat: name,
    cursor: Number(cursor),
    limit: limit === 0 ? limitByDefault : limit,
    reverse,
  }
}
