// HTML by tagged templates in which everything put in is escaped, unless it is markup itself. Names, whys
// and reasons come from users; there is no other way into the page than through here.

const written = Symbol('markup')

/** HTML that is safe to put into a page as it is. */
export interface Markup {
  readonly [written]: string
}

/** What a template takes; `null`, `undefined` and `false` leave nothing behind. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[]

/** A piece of HTML; every value that is not markup is escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let out = strings[0] ?? ''
  values.forEach((value, index) => {
    out += textOf(value) + (strings[index + 1] ?? '')
  })
  return { [written]: out }
}

/** Takes text that we wrote ourselves as HTML. Never for anything that came from a user. */
export function trusted(text: string): Markup {
  return { [written]: text }
}

/** The HTML as text. */
export function textOf(content: Content): string {
  if (content === null || content === undefined || content === false) return ''
  if (typeof content === 'string') return escapeHtml(content)
  if (typeof content === 'number') return String(content)
  if (isList(content)) return content.map(textOf).join('')
  return content[written]
}

function isList(content: Markup | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content)
}

/** Text made harmless in HTML, inside elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** JSON that may stand inside a `<script>`: no `<` is left in it. */
export function scriptJson(value: unknown): Markup {
  return trusted(
    JSON.stringify(value)
      .replaceAll('<', String.raw`\u003c`)
      .replaceAll('\u2028', String.raw`\u2028`)
      .replaceAll('\u2029', String.raw`\u2029`),
  )
}
