import type { Attempt, AttemptStatus, Case, Format, ReaderOptions, Sink } from '../model.ts'
import { joinBlocks, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const ROOT = 'testng-results'
const kindOf = shapeOf({
  roots: [ROOT],
  texts: ['message', 'full-stacktrace', 'short-stacktrace', 'line', 'value', 'attribute'],
})
/** A method that may fail now and then, within its percentage. */
const OVERRIDES = { successpercentagefailure: 'passed', start: 'unknown' } as const
/** Methods of a class whose retries are looked for together, and methods whose groups are kept. */
const MOST = { methods: 5000, groups: 100_000 }

interface Method {
  found: Case
  attempt: Attempt
  isRetried: boolean
  hasException: boolean
}

function openTestng(sink: Sink, { timezone }: ReaderOptions) {
  let suite = ''
  let test = ''
  let className = ''
  let group = ''
  const groups = new Map<string, string[]>()
  /** Methods of one class, by name and parameters, in the order of the first of each. */
  const methods = new Map<string, Method[]>()
  let held = 0

  const read = (node: XmlNode): Method => {
    const { attributes, line } = node
    const said = attributes.status ?? ''
    const status: AttemptStatus = statusOfWord(said, OVERRIDES) ?? 'unknown'
    if (status === 'unknown') sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
    const exception = childOf(node, 'exception')
    const attempt: Attempt = {
      status,
      seconds: parseSeconds(attributes['duration-ms']) / 1000,
      ...present({
        startedAt: parseTimestamp(attributes['started-at'], timezone),
        type: exception?.attributes.class,
        message: textOf(exception, 'message')?.trim(),
        details: (textOf(exception, 'full-stacktrace') ?? textOf(exception, 'short-stacktrace'))?.trim(),
        output: joinBlocks(childrenOf(node, 'reporter-output', 'line').map(({ text }) => text.trim())),
        word: status === 'unknown' ? said : undefined,
      }),
      steps: [],
      attachments: [],
    }
    const properties: [string, string][] = (groups.get(`${className}.${attributes.name}`) ?? []).map((name) => [
      'group',
      name,
    ])
    for (const name of ['description', 'depends-on-methods', 'depends-on-groups']) {
      if (attributes[name]) properties.push([name, attributes[name]])
    }
    for (const attribute of childrenOf(node, 'attributes', 'attribute')) {
      properties.push([attribute.attributes.name ?? 'attribute', attribute.text.trim()])
    }
    const parameters = childrenOf(node, 'params', 'param').map((parameter): [string, string] => {
      const value = childOf(parameter, 'value')
      return [
        parameter.attributes.index ?? '',
        value?.attributes['is-null'] === 'true' ? 'null' : (value?.text.trim() ?? ''),
      ]
    })
    return {
      found: {
        path: [suite, test].filter((name) => name !== ''),
        ...present({ className }),
        name: attributes.name || '(unnamed)',
        ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
        properties,
        attempts: [attempt],
        line,
      },
      attempt,
      isRetried: attributes.retried === 'true',
      hasException: exception !== undefined,
    }
  }

  const flush = () => {
    for (const same of methods.values()) {
      // A try that was run again is marked skipped; older versions say no more than that.
      const decided = same.some(({ attempt }) => attempt.status !== 'skipped')
      const earlier = same.filter(
        ({ isRetried, attempt, hasException }) =>
          isRetried || (decided && attempt.status === 'skipped' && hasException),
      )
      for (const { attempt } of earlier) if (attempt.status === 'skipped') attempt.status = 'failed'
      const others = same.filter((method) => !earlier.includes(method))
      const last = others.pop() ?? earlier.pop()
      for (const { found } of others) sink.case(found)
      if (!last) continue
      earlier.sort((a, b) => (a.attempt.startedAt ?? 0) - (b.attempt.startedAt ?? 0))
      sink.case({ ...last.found, attempts: [...earlier.map(({ attempt }) => attempt), last.attempt] })
    }
    methods.clear()
    held = 0
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) => name === 'test-method' || (name === 'reporter-output' && parent === ROOT),
      tree(node) {
        // What the methods wrote, once more.
        if (node.name === 'reporter-output') return
        const method = read(node)
        // Preparing and cleaning up is no test, unless it fails.
        const { status } = method.attempt
        if (node.attributes['is-config'] === 'true' && (status === 'passed' || status === 'skipped')) return
        const key = JSON.stringify([node.attributes.signature ?? node.attributes.name, method.found.parameters])
        const same = methods.get(key)
        if (same) same.push(method)
        else methods.set(key, [method])
        if (++held >= MOST.methods) flush()
      },
      open({ name, attributes }) {
        if (name === 'suite') {
          suite = attributes.name ?? ''
          groups.clear()
        } else if (name === 'test') test = attributes.name ?? ''
        else if (name === 'class') className = attributes.name ?? ''
        else if (name === 'group') group = attributes.name ?? ''
        else if (name === 'method' && groups.size < MOST.groups) {
          const key = `${attributes.class}.${attributes.name}`
          const known = groups.get(key)
          if (known === undefined) groups.set(key, [group])
          else if (!known.includes(group) && known.length < 100) known.push(group)
        }
      },
      close({ name }) {
        if (name === 'class') flush()
      },
      end: flush,
    },
    sink,
  )
}

export const testng: Format = {
  name: 'testng',
  title: 'TestNG results',
  recognises: (head) => firstElement(head, [ROOT])?.name === ROOT,
  open: openTestng,
}
