import {
  AMPERSAND,
  APOSTROPHE,
  CLOSING_BRACKET,
  EQUALS,
  EXCLAMATION,
  endsValue,
  FORBIDDEN,
  GREATER,
  isHigh,
  isName,
  isNameStart,
  isSpace,
  LESS,
  LOOK_AHEAD,
  OPENING_BRACKET,
  QUESTION,
  QUOTE,
  readReference,
  SLASH,
} from './xml-characters.ts'

/**
 * What an element is to a reader: a `node` holds elements, a `text` holds text, and what is `foreign` is text itself:
 * markup that nobody escaped, or rubbish around the root.
 */
export type ElementKind = 'node' | 'text' | 'foreign'

/** Says what an element is, by its name and that of the one around it, both without prefix; a root has none around it. */
export type KindOf = (name: string, parent: string | undefined) => ElementKind

export interface MendOptions {
  kindOf: KindOf
  note(text: string, line: number): void
  cut(reason: string, line: number): void
}

export interface Mender {
  /** A part of a document, as an XML parser reads it without complaint. What is not clear yet comes with a later part. */
  mend(chunk: string): string
  /** The rest. Says so when the document is not over. */
  end(): string
  /** Lines of the elements that were opened and not asked for yet, in their order. */
  lines: number[]
}

/** Deeper elements are an attack, or damage. */
const MOST_LEVELS = 1000
/** UTF-16 units of one text or of the attributes of one tag: memory is kept for no more. */
const MOST_TEXT = 16_777_216
const LONGEST_NAME = 200
/** More of one tag are an attack: they are looked at together, when it ends. */
const MOST_ATTRIBUTES = 1000

type Mode = 'text' | 'tag' | 'value' | 'unquoted' | 'cdata' | 'skip' | 'doctype' | 'dead'

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

/**
 * Mends XML as real producers write it, in one pass and whatever the borders of the parts: raw `&`, `<` and quotes
 * become references, references to nothing become text, markup that is not of the format too, forbidden characters
 * U+FFFD; comments, processing instructions, document types and what stands around the roots are left out. A quote in a
 * value ends it only before ` name=`, `>`, `/>` and `?>`.
 */
export function createMender({ kindOf, note, cut }: MendOptions): Mender {
  /** What is looked at: what could not be decided of the parts before, and the new one. */
  let text = ''
  let at = 0
  /** Where begins what has not been given out. */
  let from = 0
  let out: string[] = []
  let isLast = false

  let mode: Mode = 'text'
  let quote = QUOTE
  let afterSlash = false
  /** Of the tag that is being read. */
  let attributes = 0
  let terminator = ''
  let room = MOST_TEXT
  let rubbish = false

  const names: string[] = []
  const kinds: ElementKind[] = []
  const opened = new Map<string, number>()
  let opening: { name: string; kind: ElementKind; line: number } | null = null
  const lines: number[] = []

  let line = 1
  /** The next line end that is not counted yet; -1 when it is not known, the length of the text when there is none. */
  let lineEnd = -1
  let surrogate = ''
  let replaced = 0
  let firstReplaced = Number.POSITIVE_INFINITY

  /** The line of a place at or after the last one that was asked for. */
  const lineAt = (place: number): number => {
    if (lineEnd === -1) lineEnd = lineEndFrom(0)
    while (lineEnd < place) {
      line++
      lineEnd = lineEndFrom(lineEnd + 1)
    }
    return line
  }
  const lineEndFrom = (place: number): number => {
    const found = text.indexOf('\n', place)
    return found === -1 ? text.length : found
  }

  const give = (to: number) => {
    if (to > from) out.push(text.slice(from, to))
    from = to
  }
  /** Puts something in the place of what stands between here and `to`. */
  const replace = (to: number, by: string) => {
    give(at)
    out.push(by)
    at = from = to
  }
  /** Gives out what was passed since `start`, or leaves it out where nobody is to keep it. */
  const pass = (start: number, inText: boolean) => {
    if (inText && names.length === 0) {
      const blanks = text.slice(start, at).search(/\S/)
      if (!rubbish && blanks !== -1) {
        rubbish = true
        note('Text outside of the report is left out', lineAt(start + blanks))
      }
      from = at
      return
    }
    room -= at - start
    if (room >= 0) return
    if (room + at - start >= 0) note(`What a text has beyond ${MOST_TEXT} characters is left out`, lineAt(start))
    give(start)
    from = at
  }

  /** Deals with the `&` here. False when it takes more of the document to tell. */
  const reference = (): boolean => {
    const found = readReference(text, at, isLast)
    if (found === null) return false
    if (found.note !== undefined) note(found.note, lineAt(at))
    if (found.isForbidden) {
      firstReplaced = Math.min(firstReplaced, lineAt(at))
      replaced++
    }
    if (found.by === undefined) at = found.to
    else replace(found.to, found.by)
    return true
  }

  const rawLess = () => {
    if (names.length > 0) note('A raw < is read as text', lineAt(at))
    replace(at + 1, '&lt;')
    if (names.length === 0) {
      // It is part of what stands around the roots, and left out with it.
      out.pop()
      if (!rubbish) note('Text outside of the report is left out', lineAt(at))
      rubbish = true
    }
  }

  /** Whether the document goes on with a word here; null when that is not clear yet. */
  const goesOn = (word: string): boolean | null => {
    const there = text.slice(at, at + word.length)
    if (there.toUpperCase() === word) return true
    return there.length < word.length && !isLast && word.startsWith(there.toUpperCase()) ? null : false
  }

  /** Deals with the `<` here. False when it takes more of the document to tell. */
  const less = (): boolean => {
    const next = text.charCodeAt(at + 1)
    if (Number.isNaN(next) && !isLast) return false
    if (next === EXCLAMATION || next === QUESTION) return declaration(next)
    const closing = next === SLASH
    const start = at + (closing ? 2 : 1)
    let end = start
    while (end < text.length && end - start < LONGEST_NAME && isName(text.charCodeAt(end))) end++
    let after = end
    if (closing) while (after < text.length && after - end < LOOK_AHEAD && isSpace(text.charCodeAt(after))) after++
    if (after >= text.length && !isLast) return false
    const follows = text.charCodeAt(after)
    const isTag =
      isNameStart(text.charCodeAt(start)) &&
      (follows === GREATER || (!closing && (follows === SLASH || isSpace(follows))))
    if (!isTag) {
      rawLess()
      return true
    }
    const name = text.slice(start, end)
    if (closing) closeTag(name, after + 1)
    else openTag(name, end)
    return true
  }

  const declaration = (next: number): boolean => {
    const cdata = next === EXCLAMATION ? goesOn('<![CDATA[') : false
    if (cdata === null) return false
    if (cdata && names.length > 0) {
      at += 9
      mode = 'cdata'
      return true
    }
    // In a text even these are text that nobody escaped.
    const inText = kinds.at(-1) === 'text'
    const comment = next === EXCLAMATION && !inText ? goesOn('<!--') : false
    const doctype = next === EXCLAMATION && !inText ? goesOn('<!DOCTYPE') : false
    if (comment === null || doctype === null) return false
    if (inText || (next === EXCLAMATION && !comment && !doctype)) {
      rawLess()
      return true
    }
    give(at)
    mode = doctype ? 'doctype' : 'skip'
    terminator = comment ? '-->' : doctype ? '' : '?>'
    at += comment ? 4 : 2
    from = at
    return true
  }

  const closeTag = (name: string, end: number) => {
    const count = opened.get(name) ?? 0
    if (count === 0) {
      rawLess()
      return
    }
    const place = lineAt(at)
    for (let last = names.pop(); last !== undefined; last = names.pop()) {
      kinds.pop()
      const others = (opened.get(last) ?? 1) - 1
      if (others === 0) opened.delete(last)
      else opened.set(last, others)
      if (last === name) break
      cut(`<${last}> is not closed`, place)
    }
    at = end
    if (names.length === 0) {
      give(at)
      rubbish = false
    }
    room = MOST_TEXT
  }

  const openTag = (name: string, end: number) => {
    const parent = names.at(-1)
    const kind = kindOf(localName(name), parent === undefined ? undefined : localName(parent))
    if (kind === 'foreign') {
      rawLess()
      return
    }
    const place = lineAt(at)
    if (names.length >= MOST_LEVELS) {
      cut(`Elements are nested more than ${MOST_LEVELS} levels deep`, place)
      give(at)
      mode = 'dead'
      return
    }
    opening = { name, kind, line: place }
    lines.push(place)
    at = end
    mode = 'tag'
    afterSlash = false
    attributes = 0
    room = MOST_TEXT
  }

  const endOfTag = () => {
    if (opening && !afterSlash) {
      names.push(opening.name)
      kinds.push(opening.kind)
      opened.set(opening.name, (opened.get(opening.name) ?? 0) + 1)
    }
    opening = null
    mode = 'text'
    if (names.length === 0) {
      give(at)
      rubbish = false
    }
    room = MOST_TEXT
  }

  const inText = (): boolean => {
    const start = at
    let code = 0
    while (at < text.length) {
      code = text.charCodeAt(at)
      if (code === LESS || (code === AMPERSAND && names.length > 0)) break
      at++
    }
    if (at > start) pass(start, true)
    if (at >= text.length) return true
    return code === LESS ? less() : reference()
  }

  const inTag = (): boolean => {
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (code === GREATER) {
        at++
        endOfTag()
        return true
      }
      if (code === LESS) {
        note('A tag has no end', lineAt(at))
        replace(at, '>')
        afterSlash = false
        endOfTag()
        return true
      }
      if (code === EQUALS) return value()
      if (code === QUOTE || code === APOSTROPHE) {
        note('A quote out of place is left out', lineAt(at))
        replace(at + 1, ' ')
      } else at++
      afterSlash = code === SLASH
    }
    return true
  }

  /** What follows the `=` of an attribute. */
  const value = (): boolean => {
    if (attributes >= MOST_ATTRIBUTES) {
      cut(`A tag has more than ${MOST_ATTRIBUTES} attributes`, lineAt(at))
      give(at)
      mode = 'dead'
      return true
    }
    let start = at + 1
    while (start < text.length && start - at < LOOK_AHEAD && isSpace(text.charCodeAt(start))) start++
    if (start >= text.length && !isLast) return false
    const code = text.charCodeAt(start)
    attributes++
    at = start
    afterSlash = false
    if (code === QUOTE || code === APOSTROPHE) {
      at++
      quote = code
      mode = 'value'
    } else {
      note('An attribute has no quotes', lineAt(at))
      replace(at, '"')
      mode = 'unquoted'
    }
    return true
  }

  const inValue = (): boolean => {
    const start = at
    let code = 0
    while (at < text.length) {
      code = text.charCodeAt(at)
      if (code === quote || code === LESS || code === AMPERSAND) break
      at++
    }
    if (at > start) pass(start, false)
    if (at >= text.length) return true
    if (code === AMPERSAND) return reference()
    if (code === LESS) {
      note('A raw < is read as text', lineAt(at))
      replace(at + 1, '&lt;')
      return true
    }
    const ends = endsValue(text, at, isLast)
    if (ends === null) return false
    if (ends) {
      at++
      mode = 'tag'
    } else {
      note('A raw quote in an attribute is read as text', lineAt(at))
      replace(at + 1, quote === QUOTE ? '&quot;' : '&apos;')
    }
    return true
  }

  const inUnquoted = (): boolean => {
    const start = at
    let code = 0
    while (at < text.length) {
      code = text.charCodeAt(at)
      if (isSpace(code) || code === GREATER || code === LESS || code === QUOTE || code === AMPERSAND) break
      if (code === SLASH && (at + 1 >= text.length || text.charCodeAt(at + 1) === GREATER)) break
      at++
    }
    if (at > start) pass(start, false)
    if (at >= text.length) return true
    if (code === AMPERSAND) return reference()
    if (code === QUOTE) {
      replace(at + 1, '&quot;')
      return true
    }
    if (code === SLASH && at + 1 >= text.length && !isLast) return false
    replace(at, '"')
    mode = 'tag'
    return true
  }

  const inCdata = (): boolean => {
    const start = at
    const end = text.indexOf(']]>', at)
    at = end === -1 ? Math.max(at, isLast ? text.length : text.length - 2) : end
    if (at > start) pass(start, false)
    if (end === -1) return isLast
    at += 3
    mode = 'text'
    return true
  }

  const inSkipped = (): boolean => {
    const end = text.indexOf(terminator, at)
    at = end === -1 ? Math.max(at, isLast ? text.length : text.length - 2) : end + terminator.length
    from = at
    if (end === -1) return isLast
    mode = 'text'
    return true
  }

  /** A document type ends with its first `>`, or with the `]` of its inner part and a `>`. */
  const inDoctype = (): boolean => {
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (terminator === '' && code === OPENING_BRACKET) terminator = ']'
      if (terminator === '' && code === GREATER) {
        at++
        mode = 'text'
        break
      }
      if (terminator === ']' && code === CLOSING_BRACKET) {
        let end = at + 1
        while (end < text.length && end - at < LOOK_AHEAD && isSpace(text.charCodeAt(end))) end++
        if (end >= text.length && !isLast) {
          from = at
          return false
        }
        if (text.charCodeAt(end) === GREATER) terminator = ''
      }
      at++
    }
    from = at
    return true
  }

  const STEPS: Readonly<Record<Exclude<Mode, 'dead'>, () => boolean>> = {
    text: inText,
    tag: inTag,
    value: inValue,
    unquoted: inUnquoted,
    cdata: inCdata,
    skip: inSkipped,
    doctype: inDoctype,
  }

  const run = (): string => {
    while (at < text.length && mode !== 'dead') if (!STEPS[mode]()) break
    if (mode === 'dead') {
      at = from = text.length
    } else give(at)
    lineAt(at)
    // The rest waits for the next part.
    text = text.slice(at)
    lineEnd = -1
    at = from = 0
    const mended = out.length === 1 ? (out[0] as string) : out.join('')
    out = []
    return mended
  }

  const clean = (chunk: string): string => {
    let whole = surrogate + chunk
    surrogate = ''
    if (isHigh(whole.charCodeAt(whole.length - 1)) && !isLast) {
      surrogate = whole.slice(-1)
      whole = whole.slice(0, -1)
    }
    if (whole.search(FORBIDDEN) === -1) return whole
    // References that came before may still wait in `text`, so the first of them is the one in the upper line.
    const before = text + whole.slice(0, whole.search(FORBIDDEN))
    firstReplaced = Math.min(firstReplaced, line + before.split('\n').length - 1)
    return whole.replace(FORBIDDEN, () => {
      replaced++
      return '\ufffd'
    })
  }

  return {
    lines,
    mend(chunk) {
      if (mode === 'dead') return ''
      text += clean(chunk)
      return run()
    },
    end() {
      isLast = true
      text += clean('')
      const mended = run()
      if (replaced > 0) {
        const what = replaced === 1 ? 'A character that XML forbids is' : `${replaced} characters that XML forbids are`
        note(`${what} replaced by U+FFFD`, firstReplaced)
      }
      const open = opening?.name ?? names.at(-1)
      if (open !== undefined && mode !== 'dead') cut(`The file ends early, within <${open}>`, line)
      else if (mode === 'skip' || mode === 'doctype')
        cut('The file ends early, within a comment or a declaration', line)
      return mended
    },
  }
}
