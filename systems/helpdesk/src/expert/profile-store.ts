// What experts say of themselves, and the trail of their claims.

import { statement, type Coalescer, type Rows } from '@plimsoll/service'

import { single } from '../auth/user-store.ts'
import { isoTime, isoTimeOrNull } from '../http/timestamps.ts'

/** The profile object of the contract; its id is that of its user. */
export interface Profile {
  readonly id: string
  readonly userId: string
  readonly bio: string
  readonly knowledgeBaseLinks: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}

/** One claim, lasting or ended. */
export interface Assignment {
  readonly id: string
  readonly conversationId: string
  readonly expertId: string
  readonly status: 'active' | 'unassigned' | 'expired' | 'resolved'
  readonly assignedAt: string
  /** When it ended, however it did. */
  readonly resolvedAt: string | null
  readonly rating: number | null
}

const columns = 'id, bio, knowledge_base_links, created_at, profile_updated_at'

const readProfile = statement('read_profile', `select ${columns} from users where id = $1`)

const writeProfile = statement(
  'write_profile',
  `update users set bio = coalesce($2, bio), profile_updated_at = now(),
     knowledge_base_links = coalesce($3::jsonb, knowledge_base_links)
   where id = $1 returning ${columns}`,
)

const history = statement(
  'read_history',
  `select * from (
     (select id, conversation_id, expert_id, status, assigned_at, ended_at, rating from assignments
      where expert_id = $1 and id < $2 order by id desc limit $3)
     union all
     (select assignment_id, id, expert_id, status, assigned_at, null, null from conversations
      where expert_id = $1 and status = 'active' and assignment_id < $2
      order by assignment_id desc limit $3)
   ) as claims order by id desc limit $3`,
)

/** Opens the lanes of profiles and history. */
export function openProfiles(coalescer: Coalescer) {
  const profile = ([row]: Rows) => (row === undefined ? undefined : profileOf(row))
  return {
    /** By user id. */
    read: single(coalescer, { statement: readProfile, kind: 'read', answer: profile }),
    /** User id, bio and links as JSON; null leaves what is there. */
    write: single(coalescer, { statement: writeProfile, kind: 'write', answer: profile }),
    /** Expert id, claims before this id, how many: the newest first. */
    history: single(coalescer, {
      statement: history,
      kind: 'read',
      answer: (rows) => rows.map(assignmentOf),
    }),
  }
}

function profileOf([id, bio, links, created_at, updated_at]: Rows[number]): Profile {
  return {
    id: id ?? '',
    userId: id ?? '',
    bio: bio ?? '',
    knowledgeBaseLinks: JSON.parse(links ?? '[]') as string[],
    createdAt: isoTime(created_at ?? ''),
    updatedAt: isoTime(updated_at ?? ''),
  }
}

function assignmentOf(row: Rows[number]): Assignment {
  const [id, conversation_id, expert_id, status, assigned_at, ended_at, rating] = row
  return {
    id: id ?? '',
    conversationId: conversation_id ?? '',
    expertId: expert_id ?? '',
    status: status as Assignment['status'],
    assignedAt: isoTime(assigned_at ?? ''),
    resolvedAt: isoTimeOrNull(ended_at ?? null),
    rating: rating === null || rating === undefined ? null : Number(rating),
  }
}
