// `plimsoll steer`: an order to a load that is being played.

import { parseArgs } from 'node:util'
import { fileArgument } from './arguments.ts'
import { exitCodes, type CommandInput } from './command.ts'
import { orderOf, steeredWords } from './steering.ts'
import { steerLoad } from './steering-socket.ts'

export async function steerCommandLine({ args, streams }: CommandInput): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const folder = fileArgument(positionals.slice(0, 1), 'DIR')
  const state = await steerLoad(folder, orderOf(positionals.slice(1)))
  streams.stdout.write(`${steeredWords(state)}\n`)
  return exitCodes.holds
}
