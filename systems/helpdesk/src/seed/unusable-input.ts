/** What was asked for cannot be done; the command ends with exit code 3 and this sentence. */
export class UnusableInput extends Error {}

/** The input is at fault; the sentence says what was expected and found. */
export function unusableInput(message: string): UnusableInput {
  return new UnusableInput(message)
}
