// Who one can be. An avatar is a name with a picture: whoever picks it is that user. A name that is not here may stand in
// the address of the page all the same: `#ann:bob`.

import { make } from './elements.js'

export const avatars = ['bear', 'crane', 'fox', 'hare', 'owl', 'whale']

const colours = 6
/** Of a hash that gives each avatar another colour. */
const [factor, prime] = [48, 251]

/**
 * The first letter on a colour of its own. It repeats the name that stands beside it.
 * @param {string} name
 */
export function pictureOf(name) {
  let hash = 0
  for (const letter of name) hash = (hash * factor + (letter.codePointAt(0) ?? 0)) % prime
  const picture = make('span', {
    class: `avatar colour-${hash % colours}`,
    text: name.slice(0, 1),
  })
  picture.ariaHidden = 'true'
  return picture
}
