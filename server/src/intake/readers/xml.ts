import { SaxesParser } from 'saxes'
import type { OpenReader, Sink } from './model.ts'
import { createMender, type ElementKind, type KindOf } from './xml-mend.ts'

export interface XmlElement {
  /** Without prefix. */
  name: string
  /** By their names as written, prefix included. Of two with one name the last counts. */
  attributes: Readonly<Record<string, string>>
  /** Where its tag begins, from 1. */
  line: number
  parent: XmlElement | undefined
}

export interface XmlHandler {
  kindOf: KindOf
  open?(element: XmlElement): void
  /** An element is over; `text` is what stands directly in it, where it is a `text`. */
  close?(element: XmlElement, text: string): void
  /** A `node` is over that holds text, where only elements belong. Default: a note. */
  stray?(element: XmlElement, text: string): void
  /** The file is over, whole or not; elements that were not closed stay open. */
  end?(): void
}

/** The usual shape of a format: its roots, and the elements whose text matters. Markup in those is text. */
export function shapeOf({ roots, texts }: { roots: readonly string[]; texts: readonly string[] }): KindOf {
  const [isRoot, isText] = [new Set(roots), new Set(texts)]
  return (name, parent): ElementKind => {
    if (parent === undefined) return isRoot.has(name) ? 'node' : 'foreign'
    if (isText.has(parent)) return 'foreign'
    return isText.has(name) ? 'text' : 'node'
  }
}

interface OpenElement extends XmlElement {
  kind: ElementKind
  parts: string[] | null
  size: number
}

/** UTF-16 units of text that are kept of one element. */
const MOST_TEXT = 16_777_216

/**
 * Reads XML part by part and tells a handler what it finds. What real producers get wrong is mended and noted
 * (`createMender`); nothing is thrown, no entity is expanded, and nothing that the document names is read.
 */
export function openXml(handler: XmlHandler, sink: Sink): OpenReader {
  const { kindOf } = handler
  const mender = createMender({ kindOf, note: sink.note, cut: sink.cut })
  const parser = new SaxesParser({ fragment: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' })
  let top: OpenElement | undefined
  let nextLine = 0

  parser.on('opentag', (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    const attributes = tag.attributes as Record<string, string>
    const line = mender.lines[nextLine++] ?? 0
    top = { name, attributes, line, parent: top, kind: kindOf(name, top?.name), parts: null, size: 0 }
    handler.open?.(top)
  })
  const onText = (part: string) => {
    if (top === undefined || (top.kind === 'node' && part.trim() === '')) return
    top.size += part.length
    if (top.size > MOST_TEXT) {
      sink.note(`What a text has beyond ${MOST_TEXT} characters is left out`, top.line)
      return
    }
    if (top.parts) top.parts.push(part)
    else top.parts = [part]
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', () => {
    if (top === undefined) return
    const element = top
    top = element.parent as OpenElement | undefined
    const text = element.parts === null ? '' : element.parts.join('')
    if (element.kind === 'text') handler.close?.(element, text)
    else {
      if (text !== '') {
        if (handler.stray) handler.stray(element, text.trim())
        else sink.note(`Text in <${element.name}> is left out`, element.line)
      }
      handler.close?.(element, '')
    }
  })
  parser.on('error', (error) => {
    const message = error.message.replace(/^[\d:]+ /, '')
    // The mender has told of the first, and the second harms nobody.
    if (message.startsWith('unexpected close tag') || message.startsWith('the string "]]>"')) return
    const twice = message.startsWith('duplicate attribute')
    const text = twice
      ? 'Of an attribute that is given twice, the last one counts'
      : `Damaged XML: ${message.slice(0, 200)}`
    sink.note(text, mender.lines[nextLine])
  })

  const feed = (mended: string) => {
    if (mended !== '') parser.write(mended)
    mender.lines.splice(0, nextLine)
    nextLine = 0
  }
  return {
    write: (text) => feed(mender.mend(text)),
    end() {
      feed(mender.end())
      handler.end?.()
    },
  }
}

const PROLOGUE = 65_536

/**
 * The first element of a file: its name without prefix, and its tag as written. Where rubbish stands before it, the
 * first element of one of these names. Undefined for what is no XML.
 */
export function firstElement(head: string, names: readonly string[]): { name: string; tag: string } | undefined {
  let isClean = true
  let at = 0
  const limit = Math.min(head.length, PROLOGUE)
  while (at < limit) {
    const less = head.indexOf('<', at)
    if (less === -1) return undefined
    if (
      head
        .slice(at, less)
        .replace(/^\ufeff/, '')
        .trim() !== ''
    )
      isClean = false
    const skipTo = head.startsWith('<?', less) ? '?>' : head.startsWith('<!--', less) ? '-->' : undefined
    if (skipTo !== undefined) {
      const end = head.indexOf(skipTo, less)
      if (end === -1) return undefined
      at = end + skipTo.length
    } else if (head.startsWith('<!', less)) {
      const inner = head.indexOf('[', less)
      const end = head.indexOf('>', less)
      const last = inner !== -1 && inner < end ? head.indexOf(']>', inner) + 1 : end
      if (last <= 0) return undefined
      at = last + 1
    } else {
      const name = /^<(?:[A-Za-z_][\w.-]{0,100}:)?([A-Za-z_][\w.-]{0,100})(?=[\s/>]|$)/.exec(
        head.slice(less, less + 210),
      )?.[1]
      if (name !== undefined && (isClean || names.includes(name))) {
        const end = head.indexOf('>', less)
        return { name, tag: head.slice(less, end === -1 ? less + 10_000 : end + 1) }
      }
      isClean = false
      at = less + 1
    }
  }
  return undefined
}
