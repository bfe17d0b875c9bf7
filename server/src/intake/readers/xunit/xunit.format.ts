import type { Attempt, AttemptStatus, Format, ReaderOptions, ReportedAttachment, Sink } from '../model.ts'
import { baseName, withoutClass } from '../names.ts'
import { joinBlocks, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const ROOTS = ['assemblies', 'assembly']
const kindOf = shapeOf({
  roots: ROOTS,
  texts: ['message', 'stack-trace', 'output', 'warning', 'attachment'],
})
/** A test that is run on demand only. */
const OVERRIDES = { notrun: 'skipped' } as const

function openXunit(sink: Sink, { timezone }: ReaderOptions) {
  let assembly = ''
  let collection = ''
  /** Of version 1. */
  let around = ''
  let startOfRun: number | undefined
  let failures = 0
  let cases = 0
  let counters: Readonly<Record<string, string>> = {}

  const explain = (node: XmlNode) => {
    const failure = childOf(node, 'failure')
    const reason = childOf(node, 'reason')
    const warnings = childrenOf(node, 'warnings', 'warning').map(({ text }) => text.trim())
    return present({
      type: failure?.attributes['exception-type'],
      message: (textOf(failure, 'message') ?? textOf(reason, 'message') ?? reason?.text)?.trim(),
      details: joinBlocks([textOf(failure, 'stack-trace')?.trim() ?? '', ...warnings]),
    })
  }
  const attachmentsOf = (node: XmlNode): ReportedAttachment[] =>
    childrenOf(node, 'attachments', 'attachment').map(({ attributes, text }) => {
      const contentType = attributes['media-type']
      // What has no type is text as it stands.
      const base64 = contentType === undefined ? Buffer.from(text).toString('base64') : text.replace(/\s+/g, '')
      return { ...present({ name: attributes.name, contentType: contentType ?? 'text/plain' }), base64 }
    })
  const path = () => [assembly, collection].filter((name) => name !== '')

  const readTest = (node: XmlNode) => {
    const { attributes, line } = node
    const said = attributes.result ?? ''
    const status: AttemptStatus = statusOfWord(said, OVERRIDES) ?? 'unknown'
    if (status === 'unknown') sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
    cases++
    if (status === 'failed' || status === 'unknown') failures++
    const className = attributes.type
    const word = status === 'unknown' ? said : attributes.result === 'NotRun' ? 'NotRun' : undefined
    sink.case({
      path: path(),
      ...present({ className }),
      name: withoutClass(attributes.name ?? attributes.method ?? '', className) || '(unnamed)',
      ...present({ file: attributes['source-file'] ?? attributes.sourceFile }),
      properties: childrenOf(node, 'traits', 'trait').map(({ attributes: { name = '', value = '' } }) => [name, value]),
      attempts: [
        {
          status,
          seconds: parseSeconds(attributes.time),
          ...present({ startedAt: parseTimestamp(attributes['start-rtf'], timezone) ?? startOfRun }),
          ...explain(node),
          ...present({ output: textOf(node, 'output'), word }),
          steps: [],
          attachments: attachmentsOf(node),
        },
      ],
      line,
    })
  }

  /** What broke outside of a test: cleaning up a class, a collection, the assembly. */
  const readError = (node: XmlNode) => {
    const { type = '', name = '' } = node.attributes
    cases++
    failures++
    const broken = around || name
    sink.case({
      path: broken === '' || baseName(broken) === assembly ? path() : [...path(), broken],
      name: '[suite]',
      properties: type === '' ? [] : [['error', type]],
      attempts: [{ status: 'error', seconds: 0, ...explain(node), steps: [], attachments: [] }],
      line: node.line,
    })
  }

  const closeAssembly = (line: number) => {
    const said = (name: string) => Number(counters[name] ?? 0) || 0
    const [failed, errors] = [said('failed'), said('errors')]
    if (cases === 0 && failed + errors > 0) {
      const message = `The assembly counts ${errors} errors and ${failed} failures, and holds no case`
      const attempt: Attempt = { status: 'error', seconds: 0, message, steps: [], attachments: [] }
      sink.case({ path: path(), name: '[suite]', properties: [], attempts: [attempt], line })
    } else if (failed + errors > 0 && failures === 0) {
      sink.note(`The assembly counts ${errors} errors and ${failed} failures, and no case of it failed`, line)
    }
    if (counters.total !== undefined && cases < said('total')) {
      sink.note(`The assembly counts ${said('total')} tests, and holds ${cases}`, line)
    }
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) => name === 'test' || name === 'error' || (name === 'failure' && parent !== 'test'),
      tree(node) {
        if (node.name === 'test') readTest(node)
        // Version 1 writes the failure of a class directly in it.
        else readError(node.name === 'failure' ? { ...node, children: [node] } : node)
      },
      open({ name, attributes }) {
        if (name === 'assembly') {
          assembly = baseName(attributes.name ?? attributes.id ?? '')
          collection = ''
          counters = attributes
          cases = failures = 0
          const date = attributes['run-date']
          startOfRun =
            parseTimestamp(attributes['start-rtf'], timezone) ??
            (date === undefined
              ? undefined
              : parseTimestamp(`${date} ${attributes['run-time'] ?? ''}`.trim(), timezone))
        } else if (name === 'class') around = attributes.name ?? ''
        else if (name === 'collection') {
          const title = attributes.name ?? ''
          // What xUnit names itself repeats the class, and may hold an id that no other run has.
          collection = title.startsWith('Test collection for ') ? '' : title
        }
      },
      close({ name, line }) {
        if (name === 'collection') collection = ''
        else if (name === 'class') around = ''
        else if (name === 'assembly') closeAssembly(line)
      },
    },
    sink,
  )
}

export const xunit: Format = {
  name: 'xunit',
  title: 'xUnit.net results, versions 1 to 3',
  recognises: (head) => ROOTS.includes(firstElement(head, ROOTS)?.name ?? ''),
  open: openXunit,
}
