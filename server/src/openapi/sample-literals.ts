/** How a language writes the values of JSON. */
export interface Syntax {
  object: [open: string, close: string]
  array: [open: string, close: string]
  /** A key, with what stands between it and its value. */
  key(name: string): string
  text(value: string): string
  words: { true: string; false: string; null: string }
}

/** Columns of a line in which an object or a list is still written without a break. */
const WIDTH = 88

const JSON_WORDS = { true: 'true', false: 'false', null: 'null' }
const double = (value: string) => JSON.stringify(value)

/** A text in single quotes where it needs no escapes, as Ruby and JavaScript are usually written. */
const single = (value: string) => (/['\\]|[^ -~\u00a0-\uffff]/.test(value) ? undefined : `'${value}'`)

export const SYNTAXES = {
  json: {
    object: ['{', '}'],
    array: ['[', ']'],
    key: (name) => `${double(name)}: `,
    text: double,
    words: JSON_WORDS,
  },
  ruby: {
    object: ['{ ', ' }'],
    array: ['[', ']'],
    key: (name) => (/^[a-z_]\w*$/.test(name) ? `${name}: ` : `${single(name) ?? double(name)}: `),
    text: (value) => single(value) ?? double(value).replaceAll('#', '\\#'),
    words: { ...JSON_WORDS, null: 'nil' },
  },
  python: {
    object: ['{', '}'],
    array: ['[', ']'],
    key: (name) => `${double(name)}: `,
    text: double,
    words: { true: 'True', false: 'False', null: 'None' },
  },
  javascript: {
    object: ['{ ', ' }'],
    array: ['[', ']'],
    key: (name) => (/^[a-z_]\w*$/i.test(name) ? `${name}: ` : `${single(name) ?? double(name)}: `),
    text: (value) => single(value) ?? double(value),
    words: JSON_WORDS,
  },
  csharp: {
    object: ['new JsonObject { ', ' }'],
    array: ['new JsonArray { ', ' }'],
    key: (name) => `[${double(name)}] = `,
    text: double,
    words: JSON_WORDS,
  },
} satisfies Record<string, Syntax>

/** A value of JSON in a language's own spelling, its lines after the first indented by `indent` spaces and more. */
export function literal(value: unknown, syntax: Syntax, indent = 0, step = 2): string {
  if (value === null) return syntax.words.null
  if (typeof value === 'boolean') return syntax.words[value ? 'true' : 'false']
  if (typeof value === 'string') return syntax.text(value)
  if (typeof value !== 'object') return String(value)
  const isList = Array.isArray(value)
  const [open, close] = isList ? syntax.array : syntax.object
  const write = (depth: number) =>
    Object.entries(value).map(([key, one]) => `${isList ? '' : syntax.key(key)}${literal(one, syntax, depth, step)}`)
  const flat = write(indent).join(', ')
  if (flat === '') return `${open.trimEnd()}${open.includes('new ') ? ' ' : ''}${close.trimStart()}`
  const line = `${open}${flat}${close}`
  if (!line.includes('\n') && indent + line.length <= WIDTH) return line
  const margin = ' '.repeat(indent + step)
  const lines = write(indent + step).join(`,\n${margin}`)
  return `${open.trimEnd()}\n${margin}${lines}\n${' '.repeat(indent)}${close.trimStart()}`
}
