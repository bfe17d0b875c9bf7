import type { Attempt, AttemptStatus, Format, ReaderOptions, ReportedStep, Sink } from '../model.ts'
import { MOST_STEPS, stepName } from '../steps.ts'
import { joinBlocks, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord, stepStatusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'
import { mergedAttempts } from './merged.ts'

const kindOf = shapeOf({
  roots: ['robot'],
  texts: ['msg', 'doc', 'arg', 'var', 'tag', 'status', 'item', 'meta', 'value', 'timeout', 'stat'],
})
/** Levels of keywords that become steps. */
const DEEPEST = 3
/** Keywords, and what stands for them in control structures. */
const CALLS = new Set([
  'kw',
  'for',
  'while',
  'if',
  'try',
  'group',
  'iter',
  'branch',
  'variable',
  'return',
  'break',
  'continue',
])
/** Only hold others: what is in them stands in their place. */
const TRANSPARENT = new Set(['iter', 'branch', 'variable', 'return', 'break', 'continue'])
/** Levels of messages that explain nothing to a reader of results. */
const QUIET = new Set(['TRACE', 'DEBUG'])

interface Suite {
  name: string
  file: string | undefined
  line: number
}

function openRobot(sink: Sink, { timezone }: ReaderOptions) {
  const suites: Suite[] = []

  const timesOf = (node: XmlNode | undefined) => {
    const { starttime, endtime, start, elapsed } = node?.attributes ?? {}
    const startedAt = parseTimestamp(start ?? starttime, timezone)
    const endedAt = parseTimestamp(endtime, timezone)
    // Before version 7 the end is written, since then how long it took.
    const lasted = startedAt === undefined || endedAt === undefined ? 0 : Math.max(0, endedAt - startedAt) / 1000
    return { startedAt, seconds: elapsed === undefined ? lasted : parseSeconds(elapsed) }
  }

  const titleOf = ({ name, attributes }: XmlNode): string => {
    const { name: keyword, library, owner, type, flavor } = attributes
    if (name !== 'kw') return [name.toUpperCase(), flavor ?? ''].filter((part) => part !== '').join(' ')
    // Before version 4, names hold the library.
    const whole = [owner ?? library ?? '', keyword ?? ''].filter((part) => part !== '').join('.')
    return type === undefined || type === 'kw' || type === 'KEYWORD' ? whole : `${type.toUpperCase()} ${whole}`.trim()
  }

  /** Keywords as steps, messages as output: both in the order in which they came. */
  const walk = (node: XmlNode, level: number, into: { steps: ReportedStep[]; left: number; output: string[] }) => {
    for (const child of node.children) {
      if (child.name === 'msg') {
        if (!QUIET.has(child.attributes.level ?? '') && child.text.trim() !== '') into.output.push(child.text)
      } else if (TRANSPARENT.has(child.name)) walk(child, level, into)
      else if (CALLS.has(child.name)) {
        if (level < DEEPEST) addStep(child, level, into)
        walk(child, level + 1, into)
      }
    }
  }
  const addStep = (node: XmlNode, level: number, into: { steps: ReportedStep[]; left: number }) => {
    if (into.steps.length >= MOST_STEPS) {
      into.left++
      return
    }
    const status = childOf(node, 'status')
    const failed = childrenOf(node, 'msg').filter(({ attributes }) => attributes.level === 'FAIL')
    const args = [...childrenOf(node, 'arg'), ...childrenOf(node, 'arguments', 'arg')].map(({ text }) => text)
    into.steps.push({
      name: stepName([titleOf(node), ...args].join('  ').trim() || '(unnamed)', level),
      status: stepStatusOfWord(status?.attributes.status ?? ''),
      ...present({
        actual: joinBlocks([...new Set([status?.text.trim() ?? '', ...failed.map(({ text }) => text.trim())])]),
      }),
      seconds: timesOf(status).seconds,
    })
  }

  const attemptsOf = (node: XmlNode): Attempt[] => {
    const status = childOf(node, 'status')
    const said = status?.attributes.status ?? ''
    const known: AttemptStatus = statusOfWord(said) ?? 'unknown'
    if (known === 'unknown') sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, node.line)
    const found = { steps: [] as ReportedStep[], left: 0, output: [] as string[] }
    walk(node, 0, found)
    if (found.left > 0) sink.note(`A case has ${found.left} steps beyond ${MOST_STEPS}, which are left out`, node.line)
    const message = status?.text.trim() ?? ''
    const { earlier, last } = mergedAttempts(message)
    return [
      ...earlier.map(({ word, message: said }): Attempt => {
        const status = statusOfWord(word) ?? 'unknown'
        return { status, seconds: 0, ...present({ message: said }), steps: [], attachments: [] }
      }),
      {
        status: known,
        ...present(timesOf(status)),
        seconds: timesOf(status).seconds,
        ...present({ message: last, output: joinBlocks(found.output), word: known === 'unknown' ? said : undefined }),
        steps: found.steps,
        attachments: [],
      },
    ]
  }

  const path = () => suites.slice(0, 100).map(({ name }) => name)

  const readTest = (node: XmlNode) => {
    const tags = [...childrenOf(node, 'tag'), ...childrenOf(node, 'tags', 'tag')]
    const properties = tags.map(({ text }): [string, string] => ['tag', text.trim()])
    const doc = textOf(node, 'doc')?.trim()
    if (doc) properties.push(['doc', doc])
    sink.case({
      path: path(),
      name: node.attributes.name || '(unnamed)',
      ...present({ file: suites.at(-1)?.file }),
      properties,
      attempts: attemptsOf(node),
      line: node.line,
    })
  }

  /** What prepares a suite or cleans up after it is no test, unless it fails. */
  const readFixture = (node: XmlNode) => {
    const word = childOf(node, 'status')?.attributes.status ?? ''
    if (statusOfWord(word) !== 'failed') return
    const attempts = attemptsOf({
      name: 'test',
      attributes: {},
      line: node.line,
      text: '',
      children: [node, ...node.children],
    })
    const type = (node.attributes.type ?? '').toLowerCase()
    sink.case({
      path: path(),
      name: '[suite]',
      ...present({ file: suites.at(-1)?.file }),
      properties: type === '' ? [] : [['fixture', type]],
      attempts,
      line: node.line,
    })
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) =>
        name === 'test' ||
        name === 'task' ||
        (name === 'kw' && parent === 'suite') ||
        name === 'statistics' ||
        parent === 'errors',
      open({ name, attributes, line }) {
        if (name === 'suite') suites.push({ name: attributes.name ?? '', file: attributes.source, line })
      },
      close({ name, parent, line }, text) {
        if (name === 'suite') suites.pop()
        else if (text.trim() !== '' && (parent?.name === 'suite' || parent?.name === 'metadata') && name !== 'status') {
          sink.note('Documentation and metadata of a suite stand after its tests, and are left out', line)
        }
      },
      tree(node, parent) {
        if (parent?.name === 'errors') {
          sink.note(`Robot Framework says: ${node.text.trim().slice(0, 500)}`, node.line)
        } else if (node.name === 'kw') readFixture(node)
        else if (node.name !== 'statistics') readTest(node)
      },
    },
    sink,
  )
}

export const robot: Format = {
  name: 'robot',
  title: 'Robot Framework output.xml',
  recognises: (head) => firstElement(head, ['robot'])?.name === 'robot',
  open: openRobot,
}
