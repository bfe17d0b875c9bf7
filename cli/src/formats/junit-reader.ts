import { SaxesParser } from 'saxes'
import { replaceForbidden, replaceForbiddenReferences } from './forbidden-characters.ts'
import { type Attributes, buildCase, type CaseDraft, type Problem, type SuiteContext } from './junit-case.ts'
import { parseTimestamp } from './junit-values.ts'
import type { ReadNotes, ResultCase } from './results-model.ts'
import { extendPath, type SuitePath } from './suite-path.ts'

const PROBLEMS = new Set(['failure', 'error', 'skipped', 'flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'])
// Damage that loses or misplaces elements. Everything else saxes complains about (a stray `&nbsp;`, a double
// attribute, several roots) leaves the results readable.
const DAMAGE = /(unclosed tag|unexpected end|unexpected close tag|unmatched closing tag)/

interface Suite extends SuiteContext {
  /** Cases directly in it, so far. */
  cases: number
  /** Its first case, held back until we know whether it is the only one. */
  only: CaseDraft | null
  /** Output of its own: goes to its only case (Bazel writes all output there), else it belongs to no case. */
  output: string[]
  hasOutput: boolean
}

const emptySuite = (): Omit<Suite, keyof SuiteContext> => ({ cases: 0, only: null, output: [], hasOutput: false })

export interface JUnitOptions {
  /** Zone of timestamps without one. Default UTC. */
  timeZone?: string
  notes: ReadNotes
}

/**
 * Reads JUnit XML as it comes in and yields its cases one at a time. `notes` is filled in while reading and complete
 * at the end. Nothing is thrown for a damaged file: what can be read is yielded, and `notes.cut` says what is wrong.
 */
export async function* readJUnit(
  text: AsyncIterable<string>,
  { timeZone = 'UTC', notes }: JUnitOptions,
): AsyncGenerator<ResultCase, void, undefined> {
  // As a fragment the root may be one suite, several, or missing; we need not care about a second XML declaration.
  const parser = new SaxesParser({ fragment: true })
  const suites: Suite[] = [{ path: { names: [], size: 0 }, ...emptySuite() }]
  let ready: ResultCase[] = []
  let draft: CaseDraft | null = null
  let problem: Problem | null = null
  let collecting: string[] | null = null
  let property: { name: string; value: string | undefined } | null = null
  let projectsAsHosts = false
  let line = 1
  let badReferences = 0
  let unclosed = ''

  const count = (n: number) => {
    notes.replacedCharacters += n
  }
  const resolve = (value: string) => (badReferences > 0 ? replaceForbiddenReferences(value, count) : value)
  const around = (): Suite => suites.at(-1) as Suite

  const release = (suite: Suite) => {
    if (suite.only) ready.push(buildCase(suite.only, suite, timeZone))
    suite.only = null
  }
  const endSuite = (suite: Suite) => {
    if (suite.only && suite.hasOutput) for (const text of suite.output) suite.only.output.push(text)
    else if (suite.hasOutput) notes.suiteOutputs++
    release(suite)
  }

  parser.on('error', (error) => {
    if (error.message.endsWith('malformed character entity.')) badReferences++
    else if (DAMAGE.test(error.message)) {
      notes.cut ??= `line ${parser.line}: ${error.message.replace(/^[\d: ]+/, '')}${unclosed}`
    }
  })
  parser.on('opentagstart', () => {
    line = parser.line
  })
  parser.on('opentag', (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    const attributes = tag.attributes as Attributes
    if (badReferences > 0) {
      for (const key of Object.keys(attributes)) attributes[key] = resolve(attributes[key] ?? '')
      badReferences = 0
    }
    if (name === 'testsuites') {
      notes.recognised = true
      // Playwright's root; its suites name the project (browser) as host, and machines never.
      projectsAsHosts = 'id' in attributes && 'name' in attributes && !('package' in attributes)
    } else if (name === 'testsuite') {
      notes.recognised = true
      release(around())
      const names = suiteNames(attributes, projectsAsHosts)
      const path = extendPath(around().path, names)
      if (path === null) notes.deepSuites++
      suites.push(openSuite(around(), path, attributes, timeZone))
    } else if (name === 'testcase') {
      notes.recognised = true
      release(around())
      draft = { line, attributes, problems: [], output: [], properties: [] }
      unclosed = `, in the case "${attributes.name ?? ''}"`
    } else if (PROBLEMS.has(name)) {
      // Directly in a suite: something broke outside any test; it must not vanish.
      draft ??= { line, attributes: { name: '[suite]' }, problems: [], output: [], properties: [] }
      problem = { kind: name, attributes, text: '', output: [] }
      collecting = []
    } else if (problem && (name === 'stackTrace' || name.startsWith('system-'))) {
      problem.text += (collecting?.join('') ?? '').trimEnd()
      collecting = []
    } else if (name === 'system-out' || name === 'system-err') {
      collecting = draft || around().only ? [] : null
      if (!draft) around().hasOutput = true
    } else if (name === 'property') {
      property = { name: attributes.name ?? '', value: attributes.value }
      collecting = []
    }
  })
  const onText = (part: string) => {
    collecting?.push(part)
  }
  parser.on('text', (part) => {
    const whole = resolve(part)
    badReferences = 0
    onText(whole)
  })
  parser.on('cdata', onText)
  parser.on('closetag', (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    // Asked for only where it is used: elements within a text must not join it each time.
    const collected = () => collecting?.join('') ?? ''
    if (name === 'testcase') {
      const suite = around()
      if (draft && ++suite.cases === 1) suite.only = draft
      else if (draft) ready.push(buildCase(draft, suite, timeZone))
      draft = null
      unclosed = ''
    } else if (name === 'testsuite') {
      endSuite(around())
      if (suites.length > 1) suites.pop()
    } else if (PROBLEMS.has(name) && problem) {
      const text = collected()
      // Between its elements there is nothing but indentation.
      if (problem.text === '' || text.trim() !== '') problem.text += text
      draft?.problems.push(problem)
      problem = null
      collecting = null
      if (draft && draft.attributes.name === '[suite]') {
        ready.push(buildCase(draft, around(), timeZone))
        draft = null
      }
    } else if (name === 'system-out' || name === 'system-err') {
      const text = collected()
      const target = problem ?? draft ?? (around().only ? around() : null)
      if (text.trim() !== '') target?.output.push(name === 'system-err' ? `--- standard error ---\n${text}` : text)
      collecting = problem ? [] : null
    } else if (name === 'property') {
      if (draft && property) draft.properties.push([property.name, property.value ?? collected().trim()])
      property = null
      collecting = null
    } else if (name === 'stackTrace' && problem) {
      problem.text += collected().trim()
      collecting = []
    }
  })

  for await (const chunk of text) {
    parser.write(replaceForbidden(chunk, count))
    if (ready.length === 0) continue
    const batch = ready
    ready = []
    yield* batch
  }
  // Tags still open are reported by close(); a case that is not closed has no verdict and is not emitted.
  parser.off('closetag')
  parser.close()
  for (const suite of suites) endSuite(suite)
  yield* ready
}

function suiteNames(attributes: Attributes, projectsAsHosts: boolean): string[] {
  const parts = [attributes.name?.trim() ?? '']
  if (projectsAsHosts && !('id' in attributes) && !('package' in attributes)) parts.unshift(attributes.hostname ?? '')
  return parts.filter((part) => part !== '')
}

function openSuite(parent: Suite, path: SuitePath | null, attributes: Attributes, timeZone: string): Suite {
  const { timestamp, file, filepath } = attributes
  return {
    path: path ?? parent.path,
    file: file ?? filepath ?? parent.file,
    startedAt: timestamp === undefined ? parent.startedAt : parseTimestamp(timestamp, timeZone),
    ...emptySuite(),
  }
}
