import type { Format, ReaderOptions, Sink } from '../model.ts'
import { joinBlocks } from '../texts.ts'
import { firstElement, openXml, type XmlElement } from '../xml.ts'
import type { ElementKind } from '../xml-mend.ts'
import { type Attributes, type CaseDraft, isRetry, type Outcome, type Property, statusOfElement } from './junit-case.ts'
import { createSuites } from './junit-suites.ts'

const ROOTS = ['testsuites', 'testsuite', 'testcase']
const NODES = new Set([...ROOTS, 'properties', 'attachments'])
const OUTPUTS = new Set(['system-out', 'system-err', 'system.out', 'system.err', 'stdout', 'stderr'])
/** What is kept of one case, or of a suite outside its cases: UTF-16 units of text, and properties and files. */
const MOST_KEPT = { text: 16_777_216, elements: 100_000 }

const isOutput = (name: string) => OUTPUTS.has(name)
const isOutcome = (name: string) => isRetry(name) || statusOfElement(name) !== undefined
const isError = (name: string) => name.endsWith('err')

function kindOf(name: string, parent: string | undefined): ElementKind {
  if (parent === undefined) return ROOTS.includes(name) ? 'node' : 'foreign'
  if (NODES.has(parent)) return NODES.has(name) ? 'node' : 'text'
  return isOutcome(parent) && (name === 'stackTrace' || isOutput(name)) ? 'text' : 'foreign'
}

function openJUnit(sink: Sink, options: ReaderOptions) {
  const suites = createSuites(sink, options)
  const drafts: CaseDraft[] = []
  let outcome: Outcome | null = null
  let room = { ...MOST_KEPT }

  const hasRoom = (line: number): boolean => {
    if (--room.elements >= 0) return true
    sink.note(`What a case has beyond ${MOST_KEPT.elements} properties is left out`, line)
    return false
  }
  const keepOutput = (output: string[], name: string, text: string, line: number) => {
    if (text.trim() === '') return
    room.text -= text.length
    if (room.text >= 0) output.push(isError(name) ? `--- standard error ---\n${text}` : text)
    else sink.note(`What a case has beyond ${MOST_KEPT.text} characters is left out`, line)
  }
  const keepOfSuite = (name: string, text: string, line: number) => {
    const suite = suites.around()
    if (text.trim() !== '') suite.hasOutput = true
    // Where it has several cases it belongs to none.
    if (suite.cases === 0) keepOutput(suite.output, name, text, line)
  }

  const closeOutcome = (found: Outcome, element: XmlElement) => {
    const draft = drafts.at(-1)
    if (draft) {
      draft.outcomes.push(found)
      return
    }
    // Directly in a suite: something broke outside any test; it must not vanish.
    const suite = suites.around()
    suites.release(suite)
    if (statusOfElement(found.name) === 'passed')
      sink.note(`<${found.name}> of a suite: ${found.text.trim().slice(0, 500)}`, element.line)
    else suites.addCase(suite, [found])
  }

  const addProperty = (attributes: Attributes, text: string, line: number) => {
    const property: Property = [attributes.name ?? '', attributes.value ?? text.trim()]
    const draft = drafts.at(-1)
    if (draft) {
      if (hasRoom(line)) draft.properties.push(property)
    } else {
      const suite = suites.around()
      suites.addProperty(suite, property, line)
      if (suite.cases > 0 || suite.held) {
        sink.note(
          `The property "${property[0].slice(0, 100)}" of a suite stands after cases, which do not carry it`,
          line,
        )
      }
    }
  }

  const close = (element: XmlElement, text: string) => {
    const { name, attributes, line } = element
    const draft = drafts.at(-1)
    if (name === 'testcase') {
      drafts.pop()
      const suite = suites.around()
      const outer = drafts.at(-1)
      if (outer && draft) suites.emit(draft, { ...suite, path: [...suite.path, outer.attributes.name ?? ''] })
      else if (draft && ++suite.own === 1 && suite.cases === 0) suite.held = draft
      else if (draft) suites.emit(draft, suite)
    } else if (name === 'testsuite' || name === 'testsuites') {
      suites.close(true)
    } else if (outcome && isOutcome(element.parent?.name ?? '')) {
      if (name === 'stackTrace') outcome.text += text.trim()
      else keepOutput(outcome.output, name, text, line)
    } else if (outcome && isOutcome(name)) {
      // Between its elements there is nothing but indentation.
      const hasMore = outcome.text !== '' || outcome.output.length > 0
      if (text.trim() !== '') outcome.text = hasMore ? joinBlocks([text.trimEnd(), outcome.text]) : text
      const found = outcome
      outcome = null
      closeOutcome(found, element)
    } else if (isOutput(name)) {
      if (draft) keepOutput(draft.output, name, text, line)
      else keepOfSuite(name, text, line)
    } else if (name === 'property') addProperty(attributes, text, line)
    else if (name === 'attachment' && draft) {
      if (hasRoom(line)) draft.attachments.push(attributes.path ?? attributes.url ?? attributes.href ?? text.trim())
    } else if (!NODES.has(name)) {
      if (draft && text.trim() !== '' && hasRoom(line)) draft.properties.push([name, text.trim()])
      else sink.note(`Nobody knows the element <${name}>`, line)
    }
  }

  return openXml(
    {
      kindOf,
      open({ name, attributes, line, parent }) {
        if (name === 'testsuites' || name === 'testsuite') {
          suites.open(attributes, line, name === 'testsuites')
          room = { ...MOST_KEPT }
        } else if (name === 'testcase') {
          const outer = drafts.at(-1)
          if (!outer) {
            suites.release(suites.around())
            room = { ...MOST_KEPT }
          }
          drafts.push({ line, attributes, outcomes: [], output: [], properties: [], attachments: [] })
        } else if (isOutcome(name) && ROOTS.includes(parent?.name ?? '')) {
          outcome = { name, attributes, text: '', output: [] }
        }
      },
      close,
      stray(element, text) {
        const draft = drafts.at(-1)
        if (element.name === 'testcase' && draft) keepOutput(draft.output, element.name, text, element.line)
        else if (element.name === 'testsuite') keepOfSuite(element.name, text, element.line)
        else sink.note(`Text in <${element.name}> is left out`, element.line)
      },
      end() {
        const [draft] = drafts
        if (draft) {
          sink.note(`The case "${(draft.attributes.name ?? '').slice(0, 200)}" has no end and no verdict`, draft.line)
        }
        suites.closeAll()
      },
    },
    sink,
  )
}

export const junit: Format = {
  name: 'junit',
  title: 'JUnit XML',
  recognises: (head) => ROOTS.includes(firstElement(head, ROOTS)?.name ?? ''),
  open: openJUnit,
}
