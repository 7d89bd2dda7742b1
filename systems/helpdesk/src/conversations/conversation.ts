// A conversation as it goes over the wire, from the texts that PostgreSQL sent.

import type { Rows } from '@plimsoll/service'
import { Type, type Static } from 'typebox'

import { isoTime, isoTimeOrNull } from '../http/timestamps.ts'

const Nullable = Type.Union([Type.String(), Type.Null()])

/** The conversation object of the contract. */
export const ConversationObject = Type.Object({
  id: Type.String(),
  title: Type.String(),
  status: Type.Enum(['waiting', 'active', 'resolved']),
  questionerId: Type.String(),
  questionerUsername: Type.String(),
  assignedExpertId: Nullable,
  assignedExpertUsername: Nullable,
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  lastMessageAt: Nullable,
  unreadCount: Type.Integer(),
})

export type Conversation = Static<typeof ConversationObject>

/** The columns that `conversationOf` reads, of a table called `c`; all texts, so that they fit a union. */
export const conversationColumns = [
  'id',
  'title',
  'status',
  'initiator_id',
  'initiator_username',
  'expert_id',
  'expert_username',
  'created_at',
  'updated_at',
  'last_message_at',
  'unread_initiator',
  'unread_expert',
]
  .map((column) => `c.${column}::text`)
  .join(', ')

type Row = Rows[number]

/** A conversation as one reader sees it: what is unread depends on the side they are on. */
export function conversationOf(row: Row, { from, reader }: { from: number; reader: string }) {
  const text = (column: number) => row[from + column] ?? ''
  const conversation: Conversation = {
    id: text(0),
    title: text(1),
    status: text(2) as Conversation['status'],
    questionerId: text(3),
    questionerUsername: text(4),
    assignedExpertId: row[from + 5] ?? null,
    assignedExpertUsername: row[from + 6] ?? null,
    createdAt: isoTime(text(7)),
    updatedAt: isoTime(text(8)),
    lastMessageAt: isoTimeOrNull(row[from + 9] ?? null),
    unreadCount: Number(text(reader === text(3) ? 10 : 11)),
  }
  return conversation
}

/** Whether a user may read it: who asked, and the expert who has it or had it when it was resolved. */
export function isParty(user: string, conversation: Conversation): boolean {
  return user === conversation.questionerId || user === conversation.assignedExpertId
}
