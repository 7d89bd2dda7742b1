import { expect, test } from 'vitest'
import { html, scriptJson, textOf, trusted } from './markup.ts'

test('whatever is put into a template is escaped, in elements and in attributes', () => {
  const name = `<script>alert("1")</script> & 'x'`
  const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;'
  expect(textOf(html`<b title="${name}">${name}</b>`)).toBe(`<b title="${escaped}">${escaped}</b>`)
})

test('markup, lists and what is absent go in as they are meant', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  const written = textOf(html`${items}${null}${undefined}${false}${0}${trusted('<hr>')}`)
  expect(written).toBe('<li>a</li><li>&lt;b&gt;</li>0<hr>')
})

test('JSON in a script cannot end the script and still reads the same', () => {
  const value = { name: '</script><!--\u2028' }
  const written = textOf(scriptJson(value))
  expect(written).not.toMatch(/[<\u2028]/)
  expect(JSON.parse(written)).toEqual(value)
})
