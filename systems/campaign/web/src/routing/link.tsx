import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { goTo } from './navigation.ts'

/** A link within the site. What asks for another tab or window gets one. */
export function Link({
  href,
  onClick,
  ...rest
}: ComponentProps<'a'> & { href: string }): ReactNode {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const isElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (event.defaultPrevented || event.button !== 0 || isElsewhere) return
    event.preventDefault()
    goTo(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
