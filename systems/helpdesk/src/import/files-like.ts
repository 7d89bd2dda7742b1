// Finds the files of a data set in its folder.

import { readdir, stat } from 'node:fs/promises'
import { unusableInput } from '@plimsoll/service'

/** Names of the files that fit, in order. Throws a CommandError when none does. */
export async function filesLike(
  folder: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
): Promise<string[]> {
  const info = await stat(folder).catch((cause: unknown) => {
    throw unusableInput(`${folder} is not there, or may not be read.`, cause)
  })
  if (!info.isDirectory()) throw unusableInput(`${folder} is not a folder.`)
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).toSorted()
  if (names.length === 0) throw unusableInput(`${folder} does not hold ${expected}.`)
  return names
}
