import { startOfJson } from './json-head.ts'
import { parseJson } from './json-parse.ts'
import type { OpenReader, Sink } from './model.ts'

/** Called with a part of the document as soon as it is whole, and the line where it begins. */
export type PartHandler = (value: unknown, line: number) => void

export interface JsonLimits {
  /** Characters of one part. */
  part: number
  depth: number
}

const LIMITS: JsonLimits = { part: 64 * 1024 * 1024, depth: 1000 }

/** What is looked for below a container. */
interface Node {
  keys: Map<string, Node>
  items?: Node
  handler?: PartHandler
}

/** `results.tests[]` as a way down from the root. */
function addPath(root: Node, path: string, handler: PartHandler): void {
  let node = root
  for (const [, key, items] of path.matchAll(/([^.[\]]+)|(\[\])/g)) {
    let next = items === undefined ? node.keys.get(key as string) : node.items
    if (!next) {
      next = { keys: new Map() }
      if (items === undefined) node.keys.set(key as string, next)
      else node.items = next
    }
    node = next
  }
  node.handler = handler
}

const TOO_LARGE = 'One part of the document is too large'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const isBlank = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

type State = 'head' | 'value' | 'key' | 'inKey' | 'colon' | 'after' | 'inside' | 'string' | 'word' | 'done' | 'stopped'

/**
 * Reads a JSON document and hands over the parts that are asked for, one at a time: `stats` is a value, `tests[]` each
 * element of an array, `[]` each element of the root. Nothing else of the document is kept. Text before the document
 * (what a package manager prints) is noted, documents one after the other are read like one.
 */
export function openJson(
  sink: Sink,
  parts: Readonly<Record<string, PartHandler>>,
  limits: JsonLimits = LIMITS,
): OpenReader {
  const root: Node = { keys: new Map() }
  for (const [path, handler] of Object.entries(parts)) addPath(root, path, handler)

  let state: State = 'head'
  let head: string[] = []
  let headSize = 0
  /** Containers on the way to parts; those that are skipped or captured only count in `inner`. */
  const open: { object: boolean; node: Node }[] = []
  let inner = 0
  let inString = false
  let escaped = false
  /** What the next value is looked at for. */
  let target: Node | undefined = root

  let pieces: string[] = []
  let captured = 0
  let handler: PartHandler | undefined
  let partLine = 1

  let line = 1
  let text = ''
  let counted = 0
  /** Where the part that is being captured goes on in `text`; -1: nothing is captured. */
  let from = -1

  function lineAt(position: number): number {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < position; at = text.indexOf('\n', counted)) {
      line++
      counted = at + 1
    }
    return line
  }

  function stop(reason: string, position: number): void {
    sink.cut(reason, lineAt(position))
    state = 'stopped'
    pieces = []
    from = -1
  }

  function capture(node: Node | undefined, at: number): void {
    handler = node?.handler
    if (!handler) return
    partLine = lineAt(at)
    from = at
  }

  /** The value that ended before `at` is whole. */
  function finish(at: number): void {
    const done = handler
    if (done) {
      pieces.push(text.slice(from, at))
      const whole = pieces.length === 1 ? (pieces[0] as string) : pieces.join('')
      pieces = []
      captured = 0
      from = -1
      handler = undefined
      if (whole.length > limits.part) {
        stop(TOO_LARGE, at)
        return
      }
      const parsed = parseJson(whole)
      if (!parsed) {
        stop('This is not JSON', at)
        return
      }
      if (parsed.mended) sink.note('Damaged JSON was mended', partLine)
      done(parsed.value, partLine)
    }
    state = open.length === 0 ? 'done' : 'after'
  }

  function startValue(code: number, at: number): number {
    const node = target
    const container = code === OPEN_ARRAY || code === OPEN_OBJECT
    if (container && node && !node.handler && (code === OPEN_ARRAY ? node.items : node.keys.size > 0)) {
      open.push({ object: code === OPEN_OBJECT, node })
      target = code === OPEN_ARRAY ? node.items : undefined
      state = code === OPEN_ARRAY ? 'value' : 'key'
      return at + 1
    }
    capture(node, at)
    if (container) {
      inner = 1
      state = 'inside'
    } else state = code === QUOTE ? 'string' : 'word'
    return at + 1
  }

  function close(code: number, at: number): void {
    const frame = open.at(-1)
    if (!frame || frame.object !== (code === CLOSE_OBJECT)) stop('This is not JSON', at)
    else {
      open.pop()
      state = open.length === 0 ? 'done' : 'after'
    }
  }

  /** Past the string that `at` is in; its end may lie in a later chunk. */
  function skipString(at: number): number {
    const end = text.length
    let i = at
    if (escaped) {
      escaped = false
      i++
    }
    while (i < end) {
      const code = text.charCodeAt(i++)
      if (code === BACKSLASH) {
        if (i === end) escaped = true
        i++
      } else if (code === QUOTE) {
        inString = false
        return i
      }
    }
    return end
  }

  /** Inside a container of which only the end matters. */
  function skipInside(at: number): number {
    const end = text.length
    let i = at
    while (i < end) {
      if (inString) {
        i = skipString(i)
        continue
      }
      const code = text.charCodeAt(i++)
      if (code === QUOTE) inString = true
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        if (++inner + open.length > limits.depth) {
          stop(`The document is nested more than ${limits.depth.toLocaleString('en')} deep`, i)
          return end
        }
      } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        if (--inner === 0) {
          finish(i)
          return i
        }
      }
    }
    return end
  }

  let key: string[] = []

  function scan(): void {
    const end = text.length
    let i = 0
    while (i < end) {
      if (state === 'stopped') return
      if (state === 'inside') {
        i = skipInside(i)
        continue
      }
      if (state === 'string' || state === 'inKey') {
        const start = i
        inString = true
        i = skipString(i)
        if (state === 'inKey') key.push(text.slice(start, i))
        if (inString) continue
        if (state === 'string') finish(i)
        else {
          const name = parseJson(`"${key.join('')}`)?.value
          key = []
          target = typeof name === 'string' ? open.at(-1)?.node.keys.get(name) : undefined
          state = 'colon'
        }
        continue
      }
      const code = text.charCodeAt(i)
      if (state === 'word') {
        if (code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT || isBlank(code)) finish(i)
        else i++
        continue
      }
      if (isBlank(code)) {
        i++
        continue
      }
      switch (state) {
        case 'value':
          if (code === CLOSE_ARRAY && open.at(-1)?.object === false) {
            close(code, i)
            i++
          } else if (code === COMMA || code === COLON || code === CLOSE_OBJECT || code === CLOSE_ARRAY)
            stop('This is not JSON', i)
          else i = startValue(code, i)
          break
        case 'key':
          if (code === CLOSE_OBJECT) close(code, i)
          else if (code === QUOTE) state = 'inKey'
          else stop('This is not JSON', i)
          i++
          break
        case 'colon':
          if (code !== COLON) stop('This is not JSON', i)
          else state = 'value'
          i++
          break
        case 'after':
          if (code === COMMA) {
            const frame = open.at(-1)
            state = frame?.object ? 'key' : 'value'
            target = frame?.object ? undefined : frame?.node.items
          } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) close(code, i)
          else stop('This is not JSON', i)
          i++
          break
        default:
          // After the end of a document.
          if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
            sink.note('The file holds several documents, one after the other', lineAt(i))
            target = root
            state = 'value'
          } else {
            sink.note('Text after the end of the report was not read', lineAt(i))
            state = 'stopped'
          }
      }
    }
  }

  function feed(chunk: string): void {
    text = chunk
    counted = 0
    if (handler) from = 0
    scan()
    lineAt(text.length)
    if (handler && from !== -1) {
      const rest = from === 0 ? text : text.slice(from)
      captured += rest.length
      pieces.push(rest)
      if (captured > limits.part) stop(TOO_LARGE, text.length)
    }
  }

  function startDocument(): void {
    const whole = head.join('')
    head = []
    const start = startOfJson(whole)
    if (start === -1) {
      sink.cut('The file holds no JSON', 1)
      state = 'stopped'
      return
    }
    if (whole.slice(0, start).trim() !== '') sink.note('Text before the report was not read', 1)
    for (let at = whole.indexOf('\n'); at !== -1 && at < start; at = whole.indexOf('\n', at + 1)) line++
    state = 'value'
    feed(whole.slice(start))
  }

  return {
    write(chunk) {
      if (state === 'stopped' || chunk === '') return
      if (state !== 'head') feed(chunk)
      else {
        head.push(chunk)
        headSize += chunk.length
        if (headSize >= HEAD) startDocument()
      }
    },
    end() {
      if (state === 'head') startDocument()
      if (state !== 'done' && state !== 'stopped') stop('The file ends early', text.length)
      state = 'stopped'
    },
  }
}

/** As much of a file as its start may be looked for in. */
const HEAD = 65_536
