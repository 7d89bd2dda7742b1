import { writeFile } from 'node:fs/promises'
import { PlimsollError } from '@plimsoll/workload'

/** Throws `result-not-written`. */
export async function writeResult(
  file: string,
  text: string,
  hint = 'The report is in the records; "plimsoll report DIR --json FILE" writes it again.',
): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new PlimsollError({
      code: 'result-not-written',
      blame: 'environment',
      message: `The result could not be written to ${file}: ${String(error)}`,
      hint,
      cause: error,
    })
  }
}
