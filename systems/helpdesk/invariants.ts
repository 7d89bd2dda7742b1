// What must be true of the help desk after any run.

import { departuresAreDelivered, oneWinnerPerClaim } from './invariants/claims.ts'
import {
  everyMessageIsToldByTime,
  everyMessageIsToldOnceAndInOrder,
} from './invariants/messages.ts'

/** The invariants; `secret` signs the tokens with which people are looked at. */
export const invariants = (secret: string) => ({
  everyMessageIsToldOnceAndInOrder: everyMessageIsToldOnceAndInOrder(secret),
  everyMessageIsToldByTime: everyMessageIsToldByTime(secret),
  oneWinnerPerClaim,
  departuresAreDelivered: departuresAreDelivered(secret),
})
