// The API as a collection in Postman's format v2.1, which most clients for people import: every call of the OpenAPI
// document, filled in with its examples.

/** What is read of the OpenAPI document. */
export interface ApiDocument {
  readonly info: { readonly title: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

type Plain = string | number | boolean

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { schema?: Schema }>> }
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly description?: string
  readonly example?: Plain
  readonly schema?: Schema
}

interface Schema {
  readonly default?: Plain
  readonly examples?: readonly Plain[]
  readonly properties?: Readonly<Record<string, Schema>>
}

const format = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'
/** Whoever imports the collection sets this variable to where the service is. */
const base = { key: 'url', value: 'http://127.0.0.1:8080' }

/** Makes the collection; its variable `url` says where the service is. */
export function collectionOf({ info, paths = {} }: ApiDocument) {
  return {
    info: { name: info.title, schema: format },
    item: Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => itemOf(path, method, operation)),
    ),
    variable: [base],
  }
}

function itemOf(path: string, method: string, operation: Operation) {
  const { summary = path, description = '', parameters = [], requestBody } = operation
  const query = parameters.filter((each) => each.in === 'query').map(queryOf)
  const sent = query.filter(({ disabled }) => !disabled)
  const text = sent.map(({ key, value }) => `${key}=${encodeURIComponent(value)}`).join('&')
  const schema = requestBody?.content?.['application/json']?.schema
  return {
    name: summary,
    request: {
      method: method.toUpperCase(),
      description,
      header: schema === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
      url: {
        raw: `{{${base.key}}}${path}${text === '' ? '' : `?${text}`}`,
        host: [`{{${base.key}}}`],
        path: path.split('/').filter((part) => part !== ''),
        query,
      },
      ...(schema === undefined ? {} : { body: bodyOf(schema) }),
    },
  }
}

/** One without an example or a default is there to be filled in, and not sent until then. */
function queryOf({ name, description = '', example, schema }: Parameter) {
  const value = example ?? schema?.default
  return { key: name, value: String(value ?? ''), description, disabled: value === undefined }
}

function bodyOf({ properties = {} }: Schema) {
  const filled = Object.entries(properties).flatMap(([name, { examples, default: byDefault }]) => {
    const value = examples?.[0] ?? byDefault
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    mode: 'raw',
    raw: JSON.stringify(Object.fromEntries(filled), undefined, 2),
    options: { raw: { language: 'json' } },
  }
}
