import { useRef, useState, type ReactNode } from 'react'
import { wordsOf } from '../api/refusal.ts'
import { Button, ButtonLink } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Field } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { PageHead } from '../design/page-head.tsx'
import { textIn } from '../resource/form-text.ts'
import { useAction } from '../resource/use-action.ts'
import { goTo } from '../routing/navigation.ts'
import { useSessionView, useSite } from '../site.tsx'
import { MyTeamsCard } from './my-teams-card.tsx'
import { TeamList } from './team-list.tsx'

const longest = 50

/** One's own teams, a new one, and all there are. */
export function TeamsPage(): ReactNode {
  const { state } = useSessionView()
  // One's own teams are asked for anew after each that was joined.
  const [joined, setJoined] = useState(0)
  return (
    <>
      <PageHead title="Teams" />
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <div className="grid grid-cols-1 gap-6">
          {state === 'none' ? (
            <Card title="Find your team">
              <p className="mb-4 text-soft">Log in to create a team, or to join one.</p>
              <div className="flex flex-wrap gap-3">
                <ButtonLink href="/log-in?next=/teams">Log in</ButtonLink>
                <ButtonLink href="/register?next=/teams" tone="quiet">
                  Register
                </ButtonLink>
              </div>
            </Card>
          ) : (
            <>
              <MyTeamsCard key={joined} />
              <CreateCard />
              <JoinCard onJoined={() => setJoined((count) => count + 1)} />
            </>
          )}
        </div>
        <Card title="All teams">
          <TeamList />
        </Card>
      </div>
    </>
  )
}

interface Created {
  readonly team_id: number
  readonly team_name: string
}

/** Creating is not joining for the service; here whoever creates a team is in it. */
function CreateCard(): ReactNode {
  const { session } = useSite()
  // Created, but not joined yet: what is tried again is the joining.
  const created = useRef<Created>(undefined)
  const create = useAction(async (team_name: string) => {
    if (created.current?.team_name !== team_name) {
      const json = { team_name }
      created.current = await session.act('/api/team/create-team/', { method: 'POST', json })
    }
    const { team_id, team_name: name } = created.current!
    await session.act('/api/team/join-team/', { method: 'POST', json: { team_name: name } })
    goTo(`/teams/${team_id}`)
  })
  return (
    <Card title="Create a team">
      <NameForm action={create} label="Name of the new team" button="Create and join" />
    </Card>
  )
}

function JoinCard({ onJoined }: { onJoined: () => void }): ReactNode {
  const { session, loadedBefore } = useSite()
  const join = useAction(async (team_name: string) => {
    await session.act('/api/team/join-team/', { method: 'POST', json: { team_name } })
    loadedBefore.clear()
    onJoined()
    return team_name
  })
  return (
    <Card title="Join by name">
      <NameForm action={join} label="Name of the team" button="Join" />
      {join.result === undefined ? null : (
        <div className="mt-4">
          <Notice tone="good">You are in {join.result} now.</Notice>
        </div>
      )}
    </Card>
  )
}

interface NameFormProps {
  readonly action: ReturnType<typeof useAction<[string], unknown>>
  readonly label: string
  readonly button: string
}

function NameForm({ action, label, button }: NameFormProps): ReactNode {
  return (
    <form
      className="grid grid-cols-1 gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void action.run(textIn(new FormData(event.currentTarget), 'team_name').trim())
      }}
    >
      <Field label={label} name="team_name" autoComplete="off" required maxLength={longest} />
      {action.error === undefined ? null : <Notice tone="trouble">{wordsOf(action.error)}</Notice>}
      <div>
        <Button type="submit" isBusy={action.isBusy}>
          {button}
        </Button>
      </div>
    </form>
  )
}
