import { array, assert, integer, json, property } from 'fast-check'
import { expect, test } from 'vitest'
import { JsonObjects } from './json-objects.ts'

function objectsIn(text: string, length = text.length): unknown[] {
  const objects = new JsonObjects()
  const found: unknown[] = []
  for (let at = 0; at < text.length; at += length) {
    for (const each of objects.push(text.slice(at, at + length))) found.push(JSON.parse(each))
  }
  expect(objects.isComplete).toBe(true)
  return found
}

test('the objects of a list come out as they are, however the text is cut', () => {
  assert(
    property(array(json()), integer({ min: 1, max: 9 }), (values, length) => {
      const list = values.map((value, i) => ({
        i,
        value: JSON.parse(value) as unknown,
        '}"': '\\"]',
      }))
      expect(objectsIn(JSON.stringify(list), length)).toEqual(list)
    }),
  )
})

test('the lists of an object are taken too, and the line on which an object begins is known', () => {
  expect(objectsIn('{"train": [{"a": 1}], "test": [{"a": 2}]}')).toEqual([{ a: 1 }, { a: 2 }])
  const objects = new JsonObjects()
  expect([...objects.push('[\n\n{"a":1}]')]).toEqual(['{"a":1}'])
  expect(objects.line).toBe(3)
})

test('a text that was cut off is known by its end', () => {
  const objects = new JsonObjects()
  expect([...objects.push('[{"a":1},{"a"')]).toEqual(['{"a":1}'])
  expect(objects.isComplete).toBe(false)
})
