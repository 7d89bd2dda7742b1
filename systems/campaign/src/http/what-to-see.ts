// What a read must see: all up to the place that a client was told when it wrote. Whoever sends a token and no place may
// have written a moment ago through another instance, so their reads see all that was acknowledged by now; everybody
// else may be told what was so a moment ago.

import { positionToSee, type After } from '@plimsoll/service'
import type { IncomingHttpHeaders } from 'node:http'

/** What a request must see. */
export function whatToSee(headers: IncomingHttpHeaders): After {
  return positionToSee(headers, { isUser: headers.authorization !== undefined })
}
