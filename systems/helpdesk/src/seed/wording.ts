// What seeded conversations say. The same number says the same.

const things = [
  'order',
  'invoice',
  'password',
  'delivery',
  'refund',
  'account',
  'voucher',
  'parcel',
]
const troubles = [
  'has not arrived',
  'shows the wrong amount',
  'is locked',
  'was cancelled',
  'is missing',
]
const replies = [
  'Thank you for writing. I am looking into it.',
  'Which number is printed at the top of your confirmation?',
  'It is the one that begins with 10.',
  'I have corrected it. You should see the change within the hour.',
  'It works now, thank you!',
]

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] ?? ''
}

/** The title, the question and what is said in turn afterwards, the expert first. */
export function wordingOf(n: number) {
  const thing = pick(things, n)
  const trouble = pick(troubles, Math.floor(n / things.length))
  const answers = replies.slice(0, 1 + (n % replies.length))
  return {
    title: `My ${thing} ${trouble}`,
    question: `Hello, my ${thing} ${trouble}. What can I do?`,
    answers,
  }
}
