// The verbs of a session: one object that personas hold, over whatever performs their requests.

import type { ActionOptions, Answer, Http, Method } from '@plimsoll/workload'

export interface Performer {
  perform(method: Method, path: string, options: ActionOptions | undefined): Promise<Answer>
  always(headers: Readonly<Record<string, string | undefined>>): void
}

export class HttpVerbs implements Http {
  readonly #performer: Performer

  constructor(performer: Performer) {
    this.#performer = performer
  }

  get(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('GET', path, options)
  }
  head(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('HEAD', path, options)
  }
  post(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('POST', path, options)
  }
  put(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('PUT', path, options)
  }
  patch(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('PATCH', path, options)
  }
  delete(path: string, options?: ActionOptions): Promise<Answer> {
    return this.#performer.perform('DELETE', path, options)
  }
  always(headers: Readonly<Record<string, string | undefined>>): void {
    this.#performer.always(headers)
  }
}
