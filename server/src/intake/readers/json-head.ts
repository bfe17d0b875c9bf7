/** What the start of a document shows. Paths are spelled as for `openJson`: `results.tests[].name`. */
export interface JsonHead {
  root: 'object' | 'array'
  /** Whether something is at this path, as far as the head goes. */
  has(path: string): boolean
  /** The first string, number or word at this path. */
  text(path: string): string | undefined
}

// Deeper keys tell no format from another.
const DEEPEST = 5

/**
 * Where the document begins: the first bracket in a line of its own, or at the start of one, that looks like JSON.
 * Package managers print lines before it (`> jest --json`, `[INFO] …`). -1: nowhere.
 */
export function startOfJson(head: string): number {
  let lineStart = 0
  while (lineStart < head.length) {
    let at = lineStart
    while (isBlank(head.charCodeAt(at)) || head.charCodeAt(at) === 0xfeff) at++
    if (looksLikeJson(head, at)) return at
    const end = head.indexOf('\n', at)
    if (end === -1) return -1
    lineStart = end + 1
  }
  return -1
}

// Also true for NaN, which is what the end of the text gives: the callers look at that first.
const isBlank = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

function looksLikeJson(head: string, at: number): boolean {
  const first = head[at]
  if (first !== '{' && first !== '[') return false
  let next = at + 1
  while (isBlank(head.charCodeAt(next))) next++
  const second = head[next]
  if (second === undefined) return true
  return first === '{' ? second === '"' || second === '}' : second === '{' || second === ']'
}

let last: { text: string; head: JsonHead | null } = { text: '', head: null }

/** The keys in the first document of a file's head; null when it does not begin with one. */
export function jsonHead(text: string): JsonHead | null {
  // Every format asks for the same head.
  if (last.text !== text) last = { text, head: readHead(text) }
  return last.head
}

function readHead(text: string): JsonHead | null {
  const start = startOfJson(text)
  if (start === -1) return null
  const found = new Map<string, string | undefined>()
  const paths: string[] = ['']
  const objects: boolean[] = []
  let key = true
  const add = (path: string, value?: string) => {
    if (!found.has(path)) found.set(path, value)
  }
  /** The path of the value that begins here. */
  let path = ''
  const deep = () => objects.length > DEEPEST
  let i = start
  while (i < text.length) {
    const code = text[i] as string
    if (code === '"') {
      let end = i + 1
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
      if (!deep()) {
        const value = text.slice(i + 1, end)
        if (key && objects.at(-1)) path = join(paths.at(-1) as string, value)
        else add(path, value)
      }
      i = end + 1
      continue
    }
    i++
    if (code === '{' || code === '[') {
      if (!deep()) {
        add(path)
        paths.push(code === '[' ? `${path}[]` : path)
        path = paths.at(-1) as string
      }
      objects.push(code === '{')
      key = code === '{'
    } else if (code === '}' || code === ']') {
      objects.pop()
      if (!deep() && paths.length > objects.length + 1) paths.pop()
      if (objects.length === 0) break
      key = false
    } else if (code === ':') key = false
    else if (code === ',') {
      key = objects.at(-1) === true
      if (!deep()) path = paths.at(-1) as string
    } else if (!isBlank(code.charCodeAt(0))) {
      const from = i - 1
      while (i < text.length && !',]}'.includes(text[i] as string) && !isBlank(text.charCodeAt(i))) i++
      if (!deep()) add(path, text.slice(from, i))
    }
  }
  return {
    root: text[start] === '{' ? 'object' : 'array',
    has: (wanted) => found.has(wanted),
    text: (wanted) => found.get(wanted),
  }
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)
