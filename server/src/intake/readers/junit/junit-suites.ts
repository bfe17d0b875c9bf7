import { browserOf } from '../browsers.ts'
import type { ReaderOptions, Sink } from '../model.ts'
import { parseTimestamp } from '../time.ts'
import {
  type Attributes,
  buildCase,
  type CaseDraft,
  type Outcome,
  type Property,
  type SuiteContext,
} from './junit-case.ts'

/** What every case carries of its suites has an end, however deep a report nests them and whatever it says of them. */
const MOST = { names: 100, properties: 100, characters: 4000 }

export interface Suite extends SuiteContext {
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

/** The suites around the place that is read: what their cases carry of them, and what they say of their cases. */
export function createSuites(sink: Sink, { timezone }: ReaderOptions) {
  const stack: Suite[] = []
  let isPlaywright = false

  /** Gives out a case; what it inherits need not be of the innermost suite alone. */
  const emit = (draft: CaseDraft, suite: SuiteContext) => {
    const found = buildCase(draft, suite, { zone: timezone, note: sink.note })
    sink.case(found)
    const status = found.attempts.at(-1)?.status
    const failed = status === 'failed' || status === 'error' || status === 'unknown'
    const innermost = around()
    innermost.cases++
    innermost.attempts += found.attempts.length
    if (failed) innermost.failures++
  }

  /** Gives out the first case of a suite, which is not its only one. */
  const release = (suite: Suite) => {
    if (suite.held) emit(suite.held, suite)
    suite.held = null
  }
  /** A case that stands for the suite itself. */
  const addCase = (suite: Suite, outcomes: Outcome[]) => {
    const { attributes, line } = { attributes: { name: '[suite]' }, line: suite.line }
    const draft: CaseDraft = { line, attributes, outcomes, output: suite.output, properties: [], attachments: [] }
    suite.output = []
    suite.hasOutput = false
    emit(draft, suite)
  }
  /** The suite around; cases without one have an anonymous one. */
  const around = (): Suite => stack.at(-1) ?? open({}, 0)

  const open = (attributes: Attributes, line: number, isRoot = false): Suite => {
    const parent = stack.at(-1)
    if (parent) release(parent)
    // Playwright's root; its suites name the project (browser) as host, and machines never.
    if (isRoot) isPlaywright = 'id' in attributes && 'name' in attributes && !('package' in attributes)
    const name = isRoot ? '' : (attributes.name?.trim() ?? '')
    // A machine is named by suites with an id or package.
    const isProject = isPlaywright && !isRoot && !('id' in attributes) && !('package' in attributes)
    const project = isProject ? attributes.hostname : undefined
    const browser = browserOf(name)
    const variant = project || browser || parent?.variant
    const inherited = parent?.path ?? []
    const isPart = name !== '' && browser === undefined
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
      browser: browser === undefined ? parent?.browser : name,
      properties: [...(parent?.properties ?? [])],
      cases: 0,
      failures: 0,
      attempts: 0,
      own: 0,
      held: null,
      output: [],
      hasOutput: false,
    }
    stack.push(suite)
    if (browser !== undefined && browser !== name) addProperty(suite, ['browser', name], line)
    // An import may make it the variant.
    const host = project === undefined ? attributes.hostname : undefined
    const isKnown = suite.properties.some(([property, value]) => property === 'hostname' && value === host)
    if (host && !isKnown) addProperty(suite, ['hostname', host], line)
    return suite
  }
  const addProperty = (suite: Suite, property: Property, line: number) => {
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

  /** What a suite that is over says of its cases, and whether that is true. */
  const compare = (suite: Suite, title: string) => {
    const said = (name: string) => Number(suite.attributes[name]?.replaceAll(',', '') ?? 0) || 0
    const [failures, errors] = [said('failures'), said('errors')]
    const counts = `${title} counts ${errors} errors and ${failures} failures`
    if (suite.cases === 0 && failures + errors > 0) {
      const message = `${counts}, and holds no case`
      sink.note(message, suite.line)
      addCase(suite, [{ name: errors > 0 ? 'error' : 'failure', attributes: { message }, text: '', output: [] }])
      return
    }
    // Catch2 counts assertions; its host is this word.
    if (suite.attributes.hostname === 'tbd') return
    const counted = [suite.cases, suite.own, suite.attempts]
    if (suite.attributes.tests !== undefined && !counted.includes(said('tests'))) {
      sink.note(`${title} counts ${said('tests')} tests, and holds ${suite.cases}`, suite.line)
    }
    if (failures + errors > 0 && suite.failures === 0) sink.note(`${counts}, and no case of it failed`, suite.line)
  }

  const close = (isWhole: boolean) => {
    const suite = around()
    const title = suite.name === '' ? 'The report' : `The suite "${suite.name.slice(0, 200)}"`
    if (suite.held && suite.own === 1 && suite.cases === 0) {
      for (const text of suite.output) suite.held.output.push(text)
      suite.hasOutput = false
    }
    release(suite)
    if (isWhole) compare(suite, title)
    if (suite.hasOutput) sink.note(`${title} has output that belongs to no case`, suite.line)
    stack.pop()
    const parent = stack.at(-1)
    if (!parent) return
    parent.cases += suite.cases
    parent.failures += suite.failures
    parent.attempts += suite.attempts
  }

  return {
    around,
    open,
    /** The innermost suite is over. */
    close,
    /** The file is over. */
    closeAll() {
      while (stack.length > 0) close(false)
    },
    emit,
    release,
    addCase,
    addProperty,
  }
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0)
}
