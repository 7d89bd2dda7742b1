/** Why a request was not done, in words for people. */
export class Refusal extends Error {
  /** The status of the answer; 0 when there was none. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
  }

  /** Nothing answered: a write may or may not have been done. */
  get isSilence(): boolean {
    return this.status === 0
  }
}

/** What went wrong, in words for people, whatever was thrown. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  return 'Something went wrong on this page. Reload it and try again.'
}
