// The kinds of action a run has met: method and path template, compiled once and given an index.

import type { Method } from '@plimsoll/workload'
import { pathTemplate, type PathTemplate } from './path-template.ts'

export interface ActionKind {
  /** `GET /reviews/:id`. */
  readonly name: string
  readonly method: Method
  readonly index: number
  readonly path: PathTemplate
}

type KindsOfPath = Partial<Record<Method, ActionKind>>

/** A persona that builds paths by hand must not fill the memory. */
const keptAtMost = 4_096

export class ActionKinds {
  readonly #byPath = new Map<string, KindsOfPath>()
  readonly #templates = new Map<string, PathTemplate>()
  readonly #indexOf: (name: string) => number

  /** `indexOf` gives a name its index. */
  constructor(indexOf: (name: string) => number) {
    this.#indexOf = indexOf
  }

  /** Throws `TypeError` for a path that cannot be one. */
  kindOf(method: Method, path: string): ActionKind {
    let kinds = this.#byPath.get(path)
    if (kinds === undefined) {
      kinds = {}
      if (this.#byPath.size < keptAtMost) this.#byPath.set(path, kinds)
    }
    return (kinds[method] ??= this.#compile(method, path))
  }

  /** The template of a path whose action is named otherwise. */
  pathOf(path: string): PathTemplate {
    let template = this.#templates.get(path)
    if (template === undefined) {
      template = pathTemplate(path)
      if (this.#templates.size < keptAtMost) this.#templates.set(path, template)
    }
    return template
  }

  #compile(method: Method, text: string): ActionKind {
    const path = pathTemplate(text)
    const name = `${method} ${path.name}`
    return Object.freeze({ name, method, index: this.#indexOf(name), path })
  }
}
