// Tables with a caption, scopes and right-aligned numbers; wide ones scroll in their own box, and
// `cards` fold into one block per row on a phone.

import { html, type Content, type Markup } from '../markup.ts'

/** This column belongs to the group of the one before. */
export const rest = Symbol('rest of the group')

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => Content
  /** Right-aligned. */
  readonly number?: boolean
  /** Begins a group of columns under this heading; `rest` continues it. */
  readonly group?: string | typeof rest
}

export interface TableOptions<Row> {
  readonly caption: string
  readonly rows: readonly Row[]
  /** The first one heads its row. */
  readonly columns: readonly Column<Row>[]
  readonly cards?: boolean
  /** The caption is for screen readers only: the heading above says it already. */
  readonly quiet?: boolean
}

/** A table of `rows`, or nothing when there are none. */
export function table<Row>(options: TableOptions<Row>): Markup {
  const { caption, rows, columns, cards = false, quiet = false } = options
  if (rows.length === 0) return html``
  const names = ['scroll', cards && 'cards', quiet && 'quiet'].filter((name) => name !== false)
  const head = columns.map(
    (column) => html`<th scope="col" ${classes(column)}>${column.title}</th>`,
  )
  const body = rows.map(
    (row) =>
      html`<tr>
        ${columns.map((column, index) => cellOf(column, row, index))}
      </tr>`,
  )
  return html`<div class="${names.join(' ')}" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        ${groupRow(columns)}
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`
}

/** A row above the head that names the groups of columns; nothing when there are none. */
function groupRow<Row>(columns: readonly Column<Row>[]): Markup | undefined {
  if (columns.every(({ group }) => group === undefined)) return undefined
  const spans: { title: string; wide: number }[] = []
  for (const { group } of columns) {
    const last = spans.at(-1)
    if (group === rest && last !== undefined) last.wide += 1
    else spans.push({ title: typeof group === 'string' ? group : '', wide: 1 })
  }
  const cells = spans.map(({ title, wide }) =>
    title === ''
      ? html`<td colspan="${wide}"></td>`
      : html`<th scope="colgroup" class="over group" colspan="${wide}">${title}</th>`,
  )
  return html`<tr>
    ${cells}
  </tr>`
}

function cellOf<Row>(column: Column<Row>, row: Row, index: number): Markup {
  const content = column.cell(row)
  return index === 0
    ? html`<th scope="row">${content}</th>`
    : html`<td ${classes(column)} data-label="${column.title}"><span>${content}</span></td>`
}

function classes<Row>({ number, group }: Column<Row>): Markup | undefined {
  const names = [number === true && 'n', typeof group === 'string' && 'group']
  const given = names.filter((name) => name !== false)
  return given.length === 0 ? undefined : html`class="${given.join(' ')}"`
}
