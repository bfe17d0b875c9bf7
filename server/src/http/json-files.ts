import { randomUUID } from 'node:crypto'
import { canonicalKey } from '../core/jsonapi/key-spelling.ts'
import { startsObject } from '../core/jsonapi/lenient-json.ts'
import { MAX_FILE_KEY, MAX_JSON } from '../core/limits.ts'
import { withoutTrailing } from '../core/text.ts'
import type { FileOnDisk } from '../storage/blob-store.ts'
import type { Spool, SpoolWriter } from '../storage/spool.ts'

/** A file of so much text goes to disk; the smaller ones are decoded with the rest of the body. */
const LARGE = 64 * 1024

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c]
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d]

/** What stands in a body in place of base64 that is none; it is refused like any other such text. */
const NOT_BASE64 = '***'

/** Decodes base64 text that arrives in pieces, as forgivingly as decodeBase64 (contract §1.16). */
function createDecoder(writer: SpoolWriter) {
  let rest = ''
  let isFirst = true
  let isPadded = false
  let isValid = true
  return {
    async write(piece: string) {
      const text = isFirst ? piece.replace(/^\s*data:[^,]*;base64,/i, '') : piece
      isFirst = false
      const bare = text.replace(/\s+/g, '')
      const body = withoutTrailing(bare, '=')
      if (!/^[\w+/-]*$/.test(body) || (isPadded && body !== '')) isValid = false
      isPadded ||= body.length < bare.length
      const whole = rest + body
      rest = whole.slice(whole.length - (whole.length % 4))
      if (isValid) await writer.write(Buffer.from(whole.slice(0, whole.length - rest.length), 'base64'))
    },
    /** The file, or undefined when the text was no base64. */
    async end(): Promise<FileOnDisk | undefined> {
      if (rest.length === 1) isValid = false
      if (isValid && rest !== '') await writer.write(Buffer.from(rest, 'base64'))
      const file = await writer.end()
      return isValid ? file : undefined
    },
  }
}

/** What an escape stands for; `*` for those that base64 has no use for. */
const unescaped = (text: string) =>
  text.replace(/\\(?:u([\da-f]{4})|([^u]))/gi, (_, code: string | undefined, letter: string | undefined) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return 'nrt'.includes(letter as string) ? '\n' : letter === '/' ? '/' : '*'
  })

/** An escape whose other half may come with the next bytes. */
const CUT_ESCAPE = /\\(?:u[\da-f]{0,3})?$/i

/** Whether an odd number of backslashes ends a text, given whether one ended what was before it. */
function endsEscaped(text: string, before: boolean): boolean {
  let count = 0
  while (count < text.length && text.charCodeAt(text.length - 1 - count) === BACKSLASH) count++
  return (count % 2 === 1) !== (count === text.length && before)
}

/**
 * Takes the large files out of a JSON body while it arrives: the text of each `content_encoded` below `files` goes
 * to disk, decoded, and a name that nobody can guess stands in its place. The rest of the body stays byte by byte.
 */
export function createFileExtractor(spool: Spool) {
  const files = new Map<string, FileOnDisk>()
  let kept: Buffer[] = []
  /** Keys of the objects around; undefined for lists. */
  const around: (string | undefined)[] = []
  let key: string | undefined
  let literal: number[] | undefined
  let isJson: boolean | undefined
  let isString = false
  let isEscaped = false
  let isFile = false
  let held = ''
  let decoder: ReturnType<typeof createDecoder> | undefined

  const isFileHere = () => {
    if (canonicalKey(key ?? '') !== 'content-encoded') return false
    const [list, outer] = around
      .filter((name) => name !== undefined)
      .slice(-2)
      .reverse()
    return list === 'files' || (list === 'data' && outer === 'files')
  }

  /** The rest of a file's text, up to its quote. */
  async function takeText(text: string): Promise<void> {
    held += text
    if (held.length < LARGE) return
    decoder ??= createDecoder(await spool.start())
    const cut = CUT_ESCAPE.exec(held.slice(-6))?.[0].length ?? 0
    const piece = held.slice(0, held.length - cut)
    held = held.slice(held.length - cut)
    await decoder.write(unescaped(piece))
  }

  async function endFile(): Promise<void> {
    isFile = false
    if (decoder === undefined) {
      kept.push(Buffer.from(held, 'latin1'))
    } else {
      await decoder.write(unescaped(held))
      const file = await decoder.end()
      const name = file === undefined ? NOT_BASE64 : `assay-file:${randomUUID()}`
      if (file !== undefined) files.set(name, file)
      kept.push(Buffer.from(name))
    }
    held = ''
    decoder = undefined
  }

  /** One byte between strings. */
  function step(byte: number): void {
    if (byte === COLON) {
      key = String.fromCharCode(...(literal ?? []))
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      around.push(key === undefined ? undefined : canonicalKey(key))
      // Refused when it is parsed: no file of it is wanted.
      if (around.length > MAX_JSON.depth) isJson = false
      key = undefined
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      around.pop()
      key = undefined
    } else if (byte === COMMA) {
      key = undefined
    } else if (byte === QUOTE) {
      isString = true
      isFile = isFileHere()
      literal = []
    }
  }

  return {
    files,
    /** Takes the next bytes of the body; answers those of them that stay in it. */
    async write(chunk: Buffer): Promise<Buffer[]> {
      isJson ??= startsObject(chunk)
      if (isJson === false) return [chunk]
      let from = 0
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at] as number
        if (!isString) {
          step(byte)
          if (isFile) {
            kept.push(chunk.subarray(from, at + 1))
            from = at + 1
          }
        } else if (isFile) {
          const quote = chunk.indexOf(QUOTE, at)
          const end = quote === -1 ? chunk.length : quote
          const text = chunk.toString('latin1', at, end)
          isEscaped = endsEscaped(text, isEscaped)
          at = end
          from = end
          if (quote === -1) {
            await takeText(text)
            break
          }
          if (isEscaped) {
            // A quote that is part of the text: it is no base64, and goes on.
            isEscaped = false
            from = end + 1
            await takeText(`${text}"`)
          } else {
            await takeText(text)
            await endFile()
            isString = false
          }
        } else if (isEscaped) {
          isEscaped = false
        } else if (byte === BACKSLASH) {
          isEscaped = true
        } else if (byte === QUOTE) {
          isString = false
        } else if (literal !== undefined && literal.length <= MAX_FILE_KEY) {
          literal.push(byte)
        }
      }
      kept.push(chunk.subarray(from))
      // Copied, because a part of a chunk keeps all of it in memory.
      const out = kept
        .filter(({ length }) => length > 0)
        .map((part) => (part.length < chunk.length ? Buffer.from(part) : part))
      kept = []
      return out
    },
    /** What was held back when the body ended in the middle of a file. */
    rest: () => Buffer.from(held, 'latin1'),
  }
}
