import { isBrowser } from '../browsers.ts'
import type { Format, ReaderOptions, Sink } from '../model.ts'
import { joinBlocks } from '../texts.ts'
import { parseTimestamp } from '../time.ts'
import { firstElement, openXml, type XmlElement } from '../xml.ts'
import type { ElementKind } from '../xml-mend.ts'
import {
  type Attributes,
  type BuildOptions,
  buildCase,
  type CaseDraft,
  isRetry,
  type Outcome,
  type Property,
  type SuiteContext,
  statusOfElement,
} from './junit-case.ts'

const ROOTS = ['testsuites', 'testsuite', 'testcase']
const NODES = new Set([...ROOTS, 'properties', 'attachments'])
const OUTPUTS = new Set(['system-out', 'system-err', 'system.out', 'system.err', 'stdout', 'stderr'])
/** What every case carries of its suites has an end, however deep a report nests them and whatever it says of them. */
const MOST = { names: 100, properties: 100, characters: 4000 }
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

interface Suite extends SuiteContext {
  attributes: Attributes
  line: number
  name: string
  properties: Property[]
  /** Cases in it and in the suites within it, and how many of them failed. */
  cases: number
  failures: number
  /** Attempts of those cases: Surefire counts them. */
  attempts: number
  /** Cases directly in it. */
  own: number
  /** The file of the suites that follow, where Mocha names it at an empty suite before them. */
  fileOfNext?: string | undefined
  /** Its first case, held back until it is known whether it is the only one. */
  held: CaseDraft | null
  /** Output of its own: goes to its only case (Bazel writes all output there), else it belongs to no case. */
  output: string[]
  hasOutput: boolean
}

function openJUnit(sink: Sink, { timezone }: ReaderOptions) {
  const options: BuildOptions = { zone: timezone, note: sink.note }
  const suites: Suite[] = []
  const drafts: CaseDraft[] = []
  let outcome: Outcome | null = null
  let isPlaywright = false
  let room = { ...MOST_KEPT }

  const emit = (draft: CaseDraft, suite: SuiteContext) => {
    const found = buildCase(draft, suite, options)
    sink.case(found)
    const status = found.attempts.at(-1)?.status
    const failed = status === 'failed' || status === 'error' || status === 'unknown'
    const innermost = around()
    innermost.cases++
    innermost.attempts += found.attempts.length
    if (failed) innermost.failures++
  }
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
    const suite = around()
    if (text.trim() !== '') suite.hasOutput = true
    // Where it has several cases it belongs to none.
    if (suite.cases === 0) keepOutput(suite.output, name, text, line)
  }

  const release = (suite: Suite) => {
    if (suite.held) emit(suite.held, suite)
    suite.held = null
  }
  const suiteCase = (suite: Suite, outcomes: Outcome[]) => {
    const { attributes, line } = { attributes: { name: '[suite]' }, line: suite.line }
    const draft: CaseDraft = { line, attributes, outcomes, output: suite.output, properties: [], attachments: [] }
    suite.output = []
    emit(draft, suite)
  }
  /** The suite around; cases without one have an anonymous one. */
  const around = (): Suite => suites.at(-1) ?? openSuite({}, 0)

  const openSuite = (attributes: Attributes, line: number, isRoot = false): Suite => {
    const parent = suites.at(-1)
    if (parent) release(parent)
    const name = isRoot ? '' : (attributes.name?.trim() ?? '')
    // A machine is named by suites with an id or package.
    const isProject = isPlaywright && !isRoot && !('id' in attributes) && !('package' in attributes)
    const project = isProject ? attributes.hostname : undefined
    const variant = project || (isBrowser(name) ? name : parent?.variant)
    const inherited = parent?.path ?? []
    const isPart = name !== '' && variant !== name
    const fits = inherited.length < MOST.names && sizeOf(inherited) + name.length <= MOST.characters
    if (isPart && !fits) sink.note('Suites nested too deep, or with names too long, are left out of the path', line)
    const file = attributes.file ?? attributes.filepath
    if (parent && file !== undefined && attributes.tests === '0') parent.fileOfNext = file
    const suite: Suite = {
      attributes,
      line,
      name,
      path: isPart && fits ? [...inherited, name] : inherited,
      file: file ?? parent?.fileOfNext ?? parent?.file,
      startedAt:
        (attributes.timestamp === undefined ? undefined : startOf(attributes.timestamp, line)) ?? parent?.startedAt,
      variant,
      properties: [...(parent?.properties ?? [])],
      cases: 0,
      failures: 0,
      attempts: 0,
      own: 0,
      held: null,
      output: [],
      hasOutput: false,
    }
    room = { ...MOST_KEPT }
    suites.push(suite)
    // An import may make it the variant.
    const host = project === undefined ? attributes.hostname : undefined
    const isKnown = suite.properties.some(([property, value]) => property === 'hostname' && value === host)
    if (host && !isKnown) addToSuite(suite, ['hostname', host], line)
    return suite
  }
  const addToSuite = (suite: Suite, property: Property, line: number) => {
    const { properties } = suite
    const size = sizeOf(properties.flat()) + property[0].length + property[1].length
    if (properties.length < MOST.properties && size <= MOST.characters) properties.push(property)
    else sink.note('Suites have more properties than their cases carry; the others are left out', line)
  }
  const startOf = (timestamp: string, line: number): number | undefined => {
    const found = parseTimestamp(timestamp, timezone)
    if (found === undefined && timestamp.trim() !== '') {
      sink.note(`A suite has a timestamp that nobody can read: "${timestamp.slice(0, 50)}"`, line)
    }
    return found || undefined
  }

  const closeSuite = (suite: Suite, isWhole: boolean) => {
    const title = suite.name === '' ? 'The report' : `The suite "${suite.name.slice(0, 200)}"`
    if (suite.hasOutput) {
      if (suite.held && suite.own === 1 && suite.cases === 0)
        for (const text of suite.output) suite.held.output.push(text)
      else if (suite.cases > 0) sink.note(`${title} has output that belongs to no case`, suite.line)
    }
    release(suite)
    const parent = suites.at(-2)
    if (parent) {
      parent.cases += suite.cases
      parent.failures += suite.failures
      parent.attempts += suite.attempts
    }
    if (!isWhole) return
    const said = (name: string) => Number(suite.attributes[name]?.replaceAll(',', '') ?? 0) || 0
    const [failures, errors] = [said('failures'), said('errors')]
    if (suite.cases === 0 && failures + errors > 0) {
      const message = `${title} counts ${errors} errors and ${failures} failures, and holds no case`
      sink.note(message, suite.line)
      suiteCase(suite, [{ name: errors > 0 ? 'error' : 'failure', attributes: { message }, text: '', output: [] }])
      return
    }
    // Catch2 counts assertions; its host is this word.
    if (suite.attributes.hostname === 'tbd') return
    const counted = [suite.cases, suite.own, suite.attempts]
    if (suite.attributes.tests !== undefined && !counted.includes(said('tests'))) {
      sink.note(`${title} counts ${said('tests')} tests, and holds ${suite.cases}`, suite.line)
    }
    if (failures + errors > 0 && suite.failures === 0) {
      sink.note(`${title} counts ${errors} errors and ${failures} failures, and no case of it failed`, suite.line)
    }
  }

  const closeOutcome = (found: Outcome, element: XmlElement) => {
    const draft = drafts.at(-1)
    if (draft) {
      draft.outcomes.push(found)
      return
    }
    // Directly in a suite: something broke outside any test; it must not vanish.
    const suite = around()
    release(suite)
    if (statusOfElement(found.name) === 'passed') sink.note(`<${found.name}> of a suite: ${found.text}`, element.line)
    else suiteCase(suite, [found])
  }

  const addProperty = (attributes: Attributes, text: string, line: number) => {
    const property: Property = [attributes.name ?? '', attributes.value ?? text.trim()]
    const draft = drafts.at(-1)
    if (draft) {
      if (hasRoom(line)) draft.properties.push(property)
    } else {
      const suite = around()
      addToSuite(suite, property, line)
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
      const suite = around()
      const outer = drafts.at(-1)
      if (outer && draft) emit(draft, { ...suite, path: [...suite.path, outer.attributes.name ?? ''] })
      else if (draft && ++suite.own === 1 && suite.cases === 0) suite.held = draft
      else if (draft) emit(draft, suite)
    } else if (name === 'testsuite' || name === 'testsuites') {
      closeSuite(around(), true)
      suites.pop()
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
        if (name === 'testsuites') {
          // Playwright's root; its suites name the project (browser) as host, and machines never.
          isPlaywright = 'id' in attributes && 'name' in attributes && !('package' in attributes)
          openSuite(attributes, line, true)
        } else if (name === 'testsuite') openSuite(attributes, line)
        else if (name === 'testcase') {
          const outer = drafts.at(-1)
          if (!outer) {
            release(around())
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
        if (draft)
          sink.note(`The case "${(draft.attributes.name ?? '').slice(0, 200)}" has no end and no verdict`, draft.line)
        while (suites.length > 0) {
          closeSuite(around(), false)
          suites.pop()
        }
      },
    },
    sink,
  )
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0)
}

export const junit: Format = {
  name: 'junit',
  title: 'JUnit XML',
  recognises: (head) => ROOTS.includes(firstElement(head, ROOTS)?.name ?? ''),
  open: openJUnit,
}
