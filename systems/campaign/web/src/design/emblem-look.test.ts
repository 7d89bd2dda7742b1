import { expect, test } from 'vitest'
import { emblemLook } from './emblem-look.ts'

test.each([
  ['Night Owls', 'NO'],
  ['runners', 'RU'],
  ['  the   quick brown fox', 'TQ'],
  ['été-club', 'ÉC'],
  ['速跑隊', '速跑'],
  ['🏃🏃', '#'],
  ['', '#'],
])('the emblem of "%s" says %s', (name, initials) => {
  expect(emblemLook(name).initials).toBe(initials)
})

test('a name always looks the same, and names differ', () => {
  expect(emblemLook('Night Owls')).toEqual(emblemLook('Night Owls'))
  const grounds = new Set(Array.from({ length: 100 }, (_, i) => emblemLook(`team ${i}`).ground))
  expect(grounds.size).toBe(8)
})

test('initials can be read on their ground', () => {
  for (let i = 0; i < 100; i += 1) {
    const { ground, ink } = emblemLook(`team ${i}`)
    expect(contrast(ground, ink)).toBeGreaterThanOrEqual(4.5)
  }
})

/** The contrast of WCAG 2: (lighter + 0.05) ÷ (darker + 0.05). */
function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
