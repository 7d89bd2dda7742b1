import type { ReactNode } from 'react'
import { ButtonLink } from '../design/button.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHead } from '../design/page-head.tsx'

export function MissingPage(): ReactNode {
  return (
    <>
      <PageHead title="Nothing here" />
      <Empty title="There is no page at this address.">
        <ButtonLink href="/">To the leaderboard</ButtonLink>
      </Empty>
    </>
  )
}
