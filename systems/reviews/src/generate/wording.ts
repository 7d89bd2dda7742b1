// The words of generated reviews: short plain sentences, put together until a body is long enough.

import { pick } from './random-numbers.ts'
import type { Uniform } from './random-numbers.ts'

const sentences = [
  'The fit is true to size and the fabric feels soft.',
  'After ten washes the colour is as deep as on the first day.',
  'I wear them to work most days and nobody has complained yet.',
  'The heel rubs a little on long walks.',
  'My sister liked it so much that I had to order a second one.',
  'The seams came apart within a month.',
  'It looks exactly like the pictures.',
  'Delivery was quick, but the box arrived bent.',
  'Order one size up if you are between sizes.',
  'The stitching is neat inside and out.',
  'Good value for the price.',
  'I expected thicker material at this price.',
  'The zip sticks now and then.',
  'Very comfortable from the first hour on.',
  'The sleeves are a bit long for me.',
  'It kept me dry through a whole day of rain.',
  'The sole has a good grip on wet stone.',
  'Customer service answered within an hour.',
  'I returned the first pair and the exchange went well.',
  'The waist is tight while the rest is loose.',
  'It folds small and hardly creases.',
  'The print began to fade after the third wash.',
  'I would buy it again for a friend.',
  'Light enough for summer and warm enough for spring.',
  'The laces are too short, so I changed them.',
  'There was a strong smell that went away after two days.',
  'My partner says it suits me.',
  'The pockets are deep enough for a phone and keys.',
  'It does what it says and no more.',
  'Not what I had hoped for, sadly.',
  'The buttons feel sturdy.',
  'We took them on a week of hiking without a blister.',
] as const

const summaries = [
  'Would buy again',
  'Fits as described',
  'Not what I expected',
  'Good value for the price',
  'Comfortable all day long',
  'Runs small, order one size up',
  'Lovely colour, soft fabric',
  'Fell apart after a month',
  'My new favourite',
  'Does the job',
  'Better than the last one',
  'A little tight in the waist',
] as const

const responses = [
  'Thank you for taking the time to write. We are glad that you like it.',
  'We are sorry about this. Please write to our service desk and we will put it right.',
  'Thank you, we have passed this on to the workshop.',
] as const

const names = [
  'ada bo cleo dora emil finn greta hugo ines jon kira lars mina nils olga per quinn rosa sven tilda',
  'uma vera wim yara zeno alba bruno carla dario elsa fabio gina hanna ivo jana karl lena marek nora',
]
  .join(' ')
  .split(' ') as [string, ...string[]]

/** The shortest and longest body, in characters. */
export const bodyLength = { from: 50, to: 1_000 } as const

/** Mean of what a body has beyond the shortest: a page, over all products, then answers about 2 KB. */
const meanBeyondShortest = 540

/** Whole sentences, 50 to 1,000 characters; most bodies are short. */
export function bodyText(uniform: Uniform): string {
  const wanted = bodyLength.from - Math.log(1 - uniform()) * meanBeyondShortest
  let body: string = pick(sentences, uniform)
  while (body.length < wanted || body.length < bodyLength.from) {
    const longer = `${body} ${pick(sentences, uniform)}`
    if (longer.length > bodyLength.to) break
    body = longer
  }
  return body
}

/** A line above a review, at most 60 characters. */
export function summaryText(uniform: Uniform): string {
  return pick(summaries, uniform)
}

/** What the shop answered. */
export function responseText(uniform: Uniform): string {
  return pick(responses, uniform)
}

/** A reviewer: a first name with a number, and an address that reaches nobody. */
export function reviewer(uniform: Uniform): { name: string; email: string } {
  const name = `${pick(names, uniform)}${1 + Math.floor(uniform() * 9999)}`
  return { name, email: `${name}@example.com` }
}
