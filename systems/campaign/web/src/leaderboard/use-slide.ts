import { useLayoutEffect, useRef, type RefObject } from 'react'

const slide_ms = 600

/**
 * Lets the children of a list slide from where they were to where they are whenever their order changes. They are
 * known by `data-key`. Nothing slides for those who want less motion.
 */
export function useSlide(list: RefObject<HTMLElement | null>, order: unknown): void {
  const places = useRef<ReadonlyMap<string, number>>(new Map())
  useLayoutEffect(() => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(':scope > [data-key]') ?? [])]
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    for (const row of rows) {
      const before = places.current.get(row.dataset['key'] ?? '')
      const by = (before ?? row.offsetTop) - row.offsetTop
      if (by !== 0 && !isStill) slideFrom(row, by)
    }
    places.current = new Map(rows.map((row) => [row.dataset['key'] ?? '', row.offsetTop]))
  }, [list, order])
}

function slideFrom(row: HTMLElement, by: number): void {
  row.animate(
    [
      { transform: `translateY(${by}px)`, zIndex: 1 },
      { transform: 'none', zIndex: 1 },
    ],
    { duration: slide_ms, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' },
  )
}
