// A message as it goes over the wire, from the texts that PostgreSQL sent.

import type { Rows } from '@plimsoll/service'
import { Type, type Static } from 'typebox'

import { isoTime } from '../http/timestamps.ts'

/** The message object of the contract. */
export const MessageObject = Type.Object({
  id: Type.String(),
  conversationId: Type.String(),
  senderId: Type.String(),
  senderUsername: Type.String(),
  senderRole: Type.Enum(['initiator', 'expert']),
  content: Type.String(),
  timestamp: Type.String({ format: 'date-time' }),
  isRead: Type.Boolean(),
})

export type Message = Static<typeof MessageObject>

/** The columns that `messageOf` reads, of a table called `m`; all texts, so that they fit a union. */
export const messageColumns = [
  'id',
  'conversation_id',
  'sender_id',
  'sender_username',
  'sender_role',
  'content',
  'created_at',
  'is_read',
]
  .map((column) => `m.${column}::text`)
  .join(', ')

/**
 * Where an answer with messages ends, in bytes of their texts before its last one; the next page goes on. Many answers
 * are in memory at a time, and a message may be long.
 */
export const longestPage_bytes = 1_048_576

/** A message; its columns begin at `from`. */
export function messageOf(row: Rows[number], from: number): Message {
  const text = (column: number) => row[from + column] ?? ''
  return {
    id: text(0),
    conversationId: text(1),
    senderId: text(2),
    senderUsername: text(3),
    senderRole: text(4) as Message['senderRole'],
    content: text(5),
    timestamp: isoTime(text(6)),
    isRead: text(7) === 'true',
  }
}
