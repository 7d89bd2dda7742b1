// PostgreSQL array parameters as text, built here because pg's own conversion costs several times as much.

/** `{1,2,null}` for numbers, booleans and texts that need no quotes. */
export function plainArray(values: readonly (number | string | boolean | null)[]): string {
  return '{' + values.map((value) => (value === null ? 'null' : value)).join(',') + '}'
}

/** `{"a","b \"c\"",null}`: every text quoted and escaped. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null
    if (i > 0) literal += ','
    if (value === null) literal += 'null'
    else if (/["\\]/.test(value)) literal += `"${value.replaceAll(/["\\]/g, '\\$&')}"`
    else literal += `"${value}"`
  }
  return literal + '}'
}
