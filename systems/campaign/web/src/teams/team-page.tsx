import type { ReactNode } from 'react'
import type { Member, OwnTeam, ScoreInfo } from '../api/contract.ts'
import { Refusal, wordsOf } from '../api/refusal.ts'
import { Button, ButtonLink } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Emblem } from '../design/emblem.tsx'
import { Empty, NotLoaded } from '../design/empty.tsx'
import { Notice } from '../design/notice.tsx'
import { PageHead } from '../design/page-head.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { useAction } from '../resource/use-action.ts'
import { useResource } from '../resource/use-resource.ts'
import { useSessionView, useSite } from '../site.tsx'
import { ScoreCard } from './score-card.tsx'
import { myTeamsPath } from './use-my-teams.ts'

const lookEvery_ms = 10_000

interface TeamView {
  readonly info: ScoreInfo
  /** The first thousand. */
  readonly members: readonly Member[]
  readonly hasMore: boolean
  /** Undefined: nobody is logged in, or it is not known. */
  readonly isMine: boolean | undefined
}

/** One team: what its score is made of, and who is in it. */
export function TeamPage({ teamId }: { teamId: number }): ReactNode {
  const { session } = useSite()
  const team = useResource(
    `team ${teamId}`,
    async (signal): Promise<TeamView> => {
      const [info, members, own] = await Promise.all([
        session.read<ScoreInfo>(`/api/team/score-info/${teamId}`, { signal }),
        session.readPage<Member[]>(`/api/team/team-members/${teamId}`, { signal }),
        session.look<OwnTeam[]>(myTeamsPath, { signal }).catch(() => undefined),
      ])
      const isMine = own?.some(({ id }) => id === teamId)
      return { info, members: members.body, hasMore: members.next !== undefined, isMine }
    },
    { every: lookEvery_ms },
  )
  const isAbsent = team.error instanceof Refusal && team.error.status === 404
  const title = team.value?.info.team_name ?? (isAbsent ? 'No such team' : 'Team')
  return (
    <>
      {/* One heading, whatever is known: whoever was taken to it stays there. */}
      <PageHead title={title} />
      {team.value !== undefined ? (
        <Team view={team.value} reload={team.reload} />
      ) : isAbsent ? (
        <Empty title="There is no team at this address.">
          <ButtonLink href="/teams">To all teams</ButtonLink>
        </Empty>
      ) : team.error !== undefined ? (
        <NotLoaded what="The team" error={team.error} onRetry={() => void team.reload()} />
      ) : (
        <Loading what="the team">
          <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <Skeleton className="h-96" />
            <Skeleton className="h-48" />
          </div>
        </Loading>
      )}
    </>
  )
}

interface TeamProps {
  readonly view: TeamView
  readonly reload: () => Promise<void>
}

function Team({ view: { info, members, hasMore, isMine }, reload }: TeamProps): ReactNode {
  const { user_name } = useSessionView()
  const isListed = members.some((member) => member.user_name === user_name)
  return (
    <>
      {user_name === '' ? (
        <div className="mb-6">
          <ButtonLink href={`/log-in?next=${location.pathname}`}>Log in to join</ButtonLink>
        </div>
      ) : (
        <Membership teamName={info.team_name} isMine={isMine ?? isListed} reload={reload} />
      )}
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <ScoreCard info={info} memberCount={members.length} />
        <Card
          title={
            members.length === 1 ? '1 member' : `${members.length}${hasMore ? '+' : ''} members`
          }
        >
          {members.length === 0 ? (
            <p className="text-soft">Nobody is in this team yet.</p>
          ) : (
            <ul role="list" className="grid max-h-[28rem] gap-3 overflow-y-auto" tabIndex={0}>
              {members.map(({ user_id, user_name: name }) => (
                <li key={user_id} className="flex items-center gap-3">
                  <Emblem name={name} size={32} />
                  <span className="min-w-0 truncate font-medium">{name}</span>
                  {name === user_name ? (
                    <span className="ml-auto rounded-full bg-glow px-3 py-0.5 text-sm font-semibold">
                      You
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </>
  )
}

interface MembershipProps {
  readonly teamName: string
  readonly isMine: boolean
  readonly reload: () => Promise<void>
}

function Membership({ teamName, isMine, reload }: MembershipProps): ReactNode {
  const { session } = useSite()
  const change = useAction(async () => {
    const path = isMine ? '/api/team/leave-team/' : '/api/team/join-team/'
    try {
      await session.act(path, { method: 'POST', json: { team_name: teamName } })
    } finally {
      await reload()
    }
    return isMine ? `You left ${teamName}.` : `You are in ${teamName} now.`
  })
  return (
    <div className="mb-6 grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-3">
        {isMine ? (
          <>
            <p className="rounded-full bg-marigold px-4 py-1.5 font-semibold text-on-marigold">
              Your team
            </p>
            <ButtonLink href="/check-in">Check in</ButtonLink>
          </>
        ) : null}
        <Button
          tone={isMine ? 'danger' : 'action'}
          isBusy={change.isBusy}
          onClick={() => void change.run()}
        >
          {isMine ? 'Leave the team' : 'Join this team'}
        </Button>
      </div>
      {change.error === undefined ? null : <Notice tone="trouble">{wordsOf(change.error)}</Notice>}
      {change.result === undefined ? null : <Notice tone="good">{change.result}</Notice>}
    </div>
  )
}
