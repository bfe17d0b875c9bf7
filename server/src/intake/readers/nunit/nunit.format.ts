import type { AttemptStatus, Format, ReaderOptions, Sink } from '../model.ts'
import { baseName, withoutClass } from '../names.ts'
import { joinBlocks, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const ROOTS = ['test-run', 'test-results']
const kindOf = shapeOf({
  roots: ROOTS,
  texts: ['message', 'stack-trace', 'output', 'filePath', 'description', 'command-line', 'filter'],
})
/** A test that cannot be run is a mistake in it. */
const OVERRIDES = { notrunnable: 'failed', invalid: 'failed', cancelled: 'failed' } as const
/** Suites that only hold the rows of one method: the names of the rows begin with it. */
const ROWS = new Set(['ParameterizedMethod', 'ParameterizedTest', 'GenericMethod', 'Theory'])
/** What a suite says when only those within it failed. */
const OF_CHILDREN = /^(?:one or more child tests had|child test failed)/i
const MOST_INHERITED = 100
/** Assertions of a case, and how much text is searched for each of them: searching must stay linear. */
const MOST_ASSERTIONS = 1000
const LONGEST_SEARCHED = 100_000

interface Suite {
  attributes: Readonly<Record<string, string>>
  line: number
  path: readonly string[]
  properties: [string, string][]
  cases: number
  /** Why it was not run, or not whole. */
  reason?: XmlNode
}

function openNUnit(sink: Sink, { timezone }: ReaderOptions) {
  const suites: Suite[] = []
  let startOfRun: number | undefined
  const around = (): Suite => suites.at(-1) ?? { attributes: {}, line: 1, path: [], properties: [], cases: 0 }

  const statusOf = ({ attributes, line }: XmlNode): { status: AttemptStatus; word?: string } => {
    const { result = attributes.executed === 'False' ? 'NotRun' : '', label = '' } = attributes
    const said = result === '' ? (attributes.success ?? '') : result
    const status = statusOfWord(said, OVERRIDES)
    if (status === undefined) {
      sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
      return { status: 'unknown', word: said }
    }
    const isError = status === 'failed' && label === 'Error'
    const plain = new Set(['Passed', 'Failed', 'Skipped', 'Success', 'Failure', 'Error'])
    const word = label !== '' ? label : plain.has(said) ? undefined : said
    return { status: isError ? 'error' : status, ...present({ word }) }
  }
  const propertiesOf = (node: XmlNode): [string, string][] => [
    ...childrenOf(node, 'properties', 'property')
      .map(({ attributes: { name = '', value = '' } }): [string, string] => [name, value])
      .filter(([name]) => !name.startsWith('_')),
    ...childrenOf(node, 'categories', 'category').map(({ attributes }): [string, string] => [
      'Category',
      attributes.name ?? '',
    ]),
  ]
  /** Type, message and details: the failure or reason, and the assertions that it does not repeat. */
  const explain = (node: XmlNode) => {
    const problem = childOf(node, 'failure') ?? childOf(node, 'reason')
    const message = textOf(problem, 'message')?.trim() ?? ''
    const trace = textOf(problem, 'stack-trace')?.trim() ?? ''
    const said = `${message}\n${trace}`
    const assertions = childrenOf(node, 'assertions', 'assertion')
    if (assertions.length > MOST_ASSERTIONS) {
      sink.note(`Assertions of a case beyond ${MOST_ASSERTIONS} are left out`, node.line)
    }
    const others = assertions
      .slice(0, MOST_ASSERTIONS)
      .flatMap((assertion) => [
        textOf(assertion, 'message')?.trim() ?? '',
        textOf(assertion, 'stack-trace')?.trim() ?? '',
      ])
      .filter((text) => said.length > LONGEST_SEARCHED || !said.includes(text))
    return present({ message, details: joinBlocks([trace, ...others]) })
  }
  const attachmentsOf = (node: XmlNode) =>
    childrenOf(node, 'attachments', 'attachment').flatMap((attachment) => {
      const path = textOf(attachment, 'filePath')?.trim()
      const name = textOf(attachment, 'description')?.trim()
      return path ? [{ path, ...present({ name }) }] : []
    })

  const readCase = (node: XmlNode) => {
    const { attributes, line } = node
    const suite = around()
    suite.cases++
    const full = attributes.fullname ?? attributes.name ?? ''
    // Version 2 writes class and name as one; arguments may hold dots.
    const head = full.includes('(') ? full.slice(0, full.indexOf('(')) : full
    const className = attributes.classname ?? (head.includes('.') ? head.slice(0, head.lastIndexOf('.')) : undefined)
    const description = attributes.description
    sink.case({
      path: suite.path,
      ...present({ className }),
      name: withoutClass(attributes.name ?? full, className) || '(unnamed)',
      properties: [
        ...suite.properties,
        ...propertiesOf(node),
        ...(description ? [['Description', description] as [string, string]] : []),
      ],
      attempts: [
        {
          ...statusOf(node),
          seconds: parseSeconds(attributes.duration ?? attributes.time),
          ...present({ startedAt: parseTimestamp(attributes['start-time'], timezone) ?? startOfRun }),
          ...explain(node),
          ...present({ output: textOf(node, 'output') }),
          steps: [],
          attachments: attachmentsOf(node),
        },
      ],
      line,
    })
  }

  /** A suite that broke by itself: before or after its tests, or without any. */
  const suiteCase = (suite: Suite, node: XmlNode | undefined, message?: string) => {
    suite.cases++
    sink.case({
      path: suite.path,
      name: '[suite]',
      properties: suite.properties,
      attempts: [
        {
          status: suite.attributes.label === 'Error' || suite.attributes.result === 'Error' ? 'error' : 'failed',
          seconds: 0,
          ...(node ? explain(node) : present({ message })),
          steps: [],
          attachments: [],
        },
      ],
      line: suite.line,
    })
  }

  const pathOf = (attributes: Readonly<Record<string, string>>): readonly string[] => {
    const { path } = around()
    const { name = '', type = '' } = attributes
    if (name === '' || ROWS.has(type)) return path
    if (path.length >= 100) return path
    return [...path, type === 'Assembly' || type === 'Project' || type === 'Test Project' ? baseName(name) : name]
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) =>
        name === 'test-case' ||
        ((parent === 'test-suite' || ROOTS.includes(parent ?? '')) && name !== 'test-suite' && name !== 'results'),
      open({ name, attributes, line }) {
        if (ROOTS.includes(name)) {
          startOfRun =
            parseTimestamp(attributes['start-time'], timezone) ??
            (attributes.date
              ? parseTimestamp(`${attributes.date} ${attributes.time ?? ''}`.trim(), timezone)
              : undefined)
        } else if (name === 'test-suite') {
          suites.push({ attributes, line, path: pathOf(attributes), properties: [...around().properties], cases: 0 })
        }
      },
      tree(node, parent) {
        const suite = around()
        if (node.name === 'test-case') readCase(node)
        else if (parent?.name !== 'test-suite') return
        else if (node.name === 'failure') {
          const ofChildren =
            suite.attributes.site === 'Child' || OF_CHILDREN.test(textOf(node, 'message')?.trim() ?? '')
          if (!ofChildren) suiteCase(suite, { ...node, children: [node] })
        } else if (node.name === 'reason') {
          suite.reason = { ...node, children: [node] }
        } else if (node.name === 'properties' || node.name === 'categories') {
          const found = propertiesOf({ ...node, children: [node] })
          const room = Math.max(0, MOST_INHERITED - suite.properties.length)
          suite.properties.push(...found.slice(0, room))
          if (found.length > room)
            sink.note('Suites have more properties than their cases carry; the others are left out', node.line)
        } else if (node.name === 'output' && node.text.trim() !== '') {
          sink.note(
            `The suite "${(suite.attributes.name ?? '').slice(0, 200)}" has output that belongs to no case`,
            suite.line,
          )
        } else if (node.name === 'attachments' && node.children.length > 0) {
          sink.note(
            `The suite "${(suite.attributes.name ?? '').slice(0, 200)}" has attachments that belong to no case`,
            suite.line,
          )
        }
      },
      close({ name }) {
        if (name !== 'test-suite') return
        const suite = around()
        const status = statusOfWord(suite.attributes.result ?? '', OVERRIDES)
        if (suite.cases === 0 && (status === 'failed' || status === 'error')) {
          suiteCase(suite, suite.reason, 'The suite failed, and holds no case')
        }
        suites.pop()
        around().cases += suite.cases
      },
    },
    sink,
  )
}

export const nunit: Format = {
  name: 'nunit',
  title: 'NUnit results, versions 2 and 3',
  recognises: (head) => ROOTS.includes(firstElement(head, ROOTS)?.name ?? ''),
  open: openNUnit,
}
