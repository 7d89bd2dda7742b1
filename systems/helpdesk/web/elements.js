// Elements of the page. What people wrote becomes text and nothing else.

/**
 * The element of this id in the page; throws when there is none of that kind.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function element(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`the page has no ${kind.name} "${id}"`)
}

/**
 * What stands in a field of a form.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function textIn(form, name) {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}

/**
 * A new element with text or elements in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ class?: string, text?: string }} [options]
 * @param {...Node} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, options = {}, ...children) {
  const made = document.createElement(tag)
  if (options.class !== undefined) made.className = options.class
  if (options.text !== undefined) made.textContent = options.text
  made.append(...children)
  return made
}

/**
 * Makes the list show the items in their order. Elements of items that stay are kept, and with them the focus.
 * @template {{ id: string }} Item
 * @param {HTMLElement} list
 * @param {readonly Item[]} items
 * @param {(item: Item) => HTMLElement} create
 * @param {(made: HTMLElement, item: Item) => void} update
 */
export function showList(list, items, create, update) {
  const present = new Map(
    [...list.children].map((child) => [/** @type {HTMLElement} */ (child).dataset['id'], child]),
  )
  const wanted = new Set(items.map(({ id }) => id))
  for (const [id, child] of present) if (id === undefined || !wanted.has(id)) child.remove()
  /** @type {Element | null} */
  let place = list.firstElementChild
  for (const item of items) {
    const kept = present.get(item.id)
    const child = kept instanceof HTMLElement ? kept : create(item)
    child.dataset['id'] = item.id
    update(child, item)
    if (child === place) place = place.nextElementSibling
    else list.insertBefore(child, place)
  }
}

/**
 * A time as people say it, e.g. "5 min ago".
 * @param {string} iso
 */
export function ago(iso) {
  const minutes = Math.floor((Date.now() - Date.parse(iso)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ago`
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium' })
}
