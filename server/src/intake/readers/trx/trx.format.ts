import type { Attempt, AttemptStatus, Case, Format, ReaderOptions, ReportedAttachment, Sink } from '../model.ts'
import { baseName, withoutClass } from '../names.ts'
import { joinBlocks, joinOutput, present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const kindOf = shapeOf({
  roots: ['TestRun'],
  texts: [
    'StdOut',
    'StdErr',
    'DebugTrace',
    'Message',
    'StackTrace',
    'Text',
    'Description',
    'Key',
    'Value',
    'Exception',
  ],
})
/** Of a run that was killed in the middle, this is what remains. */
const OVERRIDES = { inprogress: 'failed', aborted: 'failed' } as const
const RESULT = /Result(?:Aggregation)?$/
/** UTF-16 units of results that wait for the definitions of their tests, which come at the end of the file. */
const MOST_WAITING = 134_217_728
/** Definitions whose classes are kept. */
const MOST_DEFINITIONS = 1_000_000

interface Waiting {
  testId: string
  found: Case
}
interface Definition {
  className?: string
  storage?: string
  properties: [string, string][]
}

function openTrx(sink: Sink, { timezone }: ReaderOptions) {
  let waiting: Waiting[] = []
  let size = 0
  let cases = 0
  let failures = 0
  let deployment = ''
  const definitions = new Map<string, Definition>()

  const attachmentsOf = (node: XmlNode): ReportedAttachment[] => {
    const folder = node.attributes.relativeResultsDirectory ?? node.attributes.executionId ?? ''
    const paths = childrenOf(node, 'ResultFiles', 'ResultFile').map(({ attributes }) => attributes.path ?? '')
    const files = childrenOf(node, 'CollectorDataEntries', 'Collector').flatMap((collector) =>
      childrenOf(collector, 'UriAttachments', 'UriAttachment').map((each) => childOf(each, 'A')?.attributes.href ?? ''),
    )
    return [...paths, ...files]
      .filter((path) => path !== '')
      .map((path) => {
        const isAbsolute = /^(?:[a-z]+:|[\\/])/i.test(path)
        return {
          path:
            isAbsolute || folder === ''
              ? path
              : [deployment, 'In', folder, path].filter((part) => part !== '').join('/'),
        }
      })
  }

  const attemptOf = (node: XmlNode): Attempt => {
    const { attributes, line } = node
    const said = attributes.outcome ?? ''
    const status: AttemptStatus = statusOfWord(said, OVERRIDES) ?? 'unknown'
    if (status === 'unknown') sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
    const output = childOf(node, 'Output')
    const info = childOf(output, 'ErrorInfo')
    const messages = childrenOf(output, 'TextMessages', 'Message').map(({ text }) => text)
    const out = joinBlocks([textOf(output, 'StdOut') ?? '', textOf(output, 'DebugTrace') ?? '', ...messages])
    const plain = status === said.toLowerCase() || said === 'NotExecuted'
    return {
      status,
      seconds: secondsOf(attributes),
      ...present({
        startedAt: parseTimestamp(attributes.startTime, timezone),
        message: textOf(info, 'Message')?.trim(),
        details: joinBlocks([textOf(info, 'StackTrace') ?? '', textOf(info, 'Exception') ?? '']),
        output: joinOutput(out, textOf(output, 'StdErr') ?? ''),
        word: plain ? undefined : said,
      }),
      steps: [],
      attachments: attachmentsOf(node),
    }
  }
  /** The duration as written: from start to end may be longer. */
  const secondsOf = ({ duration, startTime, endTime }: XmlNode['attributes']): number => {
    if (duration !== undefined) return parseSeconds(duration)
    const [start, end] = [parseTimestamp(startTime, timezone), parseTimestamp(endTime, timezone)]
    return start === undefined || end === undefined ? 0 : Math.max(0, end - start) / 1000
  }

  /** A result, or the rows within it: those of a test that is run with data are its cases. */
  const readResult = (node: XmlNode, testId: string) => {
    const inner = childOf(node, 'InnerResults')?.children.filter(({ name }) => RESULT.test(name)) ?? []
    const attempt = attemptOf(node)
    const rows = inner.map((row) => readResult(row, row.attributes.testId ?? testId))
    const isFailed = attempt.status === 'failed' || attempt.status === 'error' || attempt.status === 'unknown'
    // A test whose rows all passed and that failed itself broke around them.
    if (inner.length > 0 && (!isFailed || rows.includes(true))) return isFailed
    cases++
    if (isFailed) failures++
    const name = node.attributes.testName ?? node.attributes.name ?? ''
    const found = { path: [], name: name || '(unnamed)', properties: [], attempts: [attempt], line: node.line }
    size += name.length + (attempt.output?.length ?? 0) + (attempt.details?.length ?? 0) + 500
    waiting.push({ testId, found })
    if (size > MOST_WAITING) {
      sink.note(
        'The file is so large that results are stored without what is defined of their tests at its end',
        node.line,
      )
      flush()
    }
    return isFailed
  }

  const flush = () => {
    for (const { testId, found } of waiting) {
      const { className, storage, properties = [] } = definitions.get(testId) ?? {}
      sink.case({
        ...found,
        path: storage ? [storage] : [],
        ...present({ className }),
        name: withoutClass(found.name, className),
        properties,
      })
    }
    waiting = []
    size = 0
  }

  const readDefinition = (node: XmlNode) => {
    const { id = '', storage = '' } = node.attributes
    if (definitions.size >= MOST_DEFINITIONS) return
    const written = childOf(node, 'TestMethod')?.attributes.className ?? ''
    // The assembly and its version may follow.
    const className = (written.includes(',') ? written.slice(0, written.indexOf(',')) : written).trim()
    const properties: [string, string][] = childrenOf(node, 'TestCategory', 'TestCategoryItem').map(
      ({ attributes }) => ['TestCategory', attributes.TestCategory ?? ''],
    )
    for (const { attributes } of childrenOf(node, 'Owners', 'Owner')) properties.push(['Owner', attributes.name ?? ''])
    for (const property of childrenOf(node, 'Properties', 'Property')) {
      properties.push([textOf(property, 'Key')?.trim() ?? '', textOf(property, 'Value')?.trim() ?? ''])
    }
    const description = textOf(node, 'Description')?.trim()
    if (description) properties.push(['Description', description])
    definitions.set(id, { ...present({ className, storage: baseName(storage) }), properties })
  }

  /** What the run as a whole says: its errors are a case, for nobody else tells of them. */
  const readSummary = (node: XmlNode) => {
    for (const info of childrenOf(node, 'RunInfos', 'RunInfo')) {
      const text = textOf(info, 'Text')?.trim() ?? ''
      // xUnit.net repeats each test that did not pass.
      if (/\[(?:FAIL|SKIP)\]$/.test(text)) continue
      const status = statusOfWord(info.attributes.outcome ?? '', OVERRIDES)
      if (status === 'error' || status === 'failed') suiteCase(text, info.line)
      else sink.note(`The run says: ${text.slice(0, 500)}`, info.line)
    }
    if ((textOf(node, 'Output', 'StdOut') ?? '').trim() !== '')
      sink.note('The run has output that belongs to no case', node.line)
    const counters = childOf(node, 'Counters')?.attributes ?? {}
    const said = (name: string) => Number(counters[name] ?? 0) || 0
    const failed = said('failed') + said('error') + said('timeout') + said('aborted')
    if (counters.total !== undefined && said('total') !== cases && said('total') > cases) {
      sink.note(`The run counts ${said('total')} tests, and holds ${cases}`, node.line)
    }
    const status = statusOfWord(node.attributes.outcome ?? '', OVERRIDES)
    if (failures > 0 || (status !== 'failed' && status !== 'error' && failed === 0)) return
    if (cases === 0) suiteCase('The run failed, and holds no case that did', node.line)
    else sink.note('The run failed, and no case of it did', node.line)
  }
  const suiteCase = (message: string, line: number) => {
    cases++
    failures++
    const attempt: Attempt = { status: 'error', seconds: 0, ...present({ message }), steps: [], attachments: [] }
    waiting.push({ testId: '', found: { path: [], name: '[suite]', properties: [], attempts: [attempt], line } })
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) =>
        (parent === 'Results' && RESULT.test(name)) ||
        parent === 'TestDefinitions' ||
        name === 'ResultSummary' ||
        name === 'TestSettings',
      tree(node, parent) {
        if (parent?.name === 'Results') readResult(node, node.attributes.testId ?? '')
        else if (parent?.name === 'TestDefinitions') readDefinition(node)
        else if (node.name === 'ResultSummary') readSummary(node)
        else deployment = childOf(node, 'Deployment')?.attributes.runDeploymentRoot ?? ''
      },
      end: flush,
    },
    sink,
  )
}

export const trx: Format = {
  name: 'trx',
  title: 'MSTest and VSTest TRX',
  recognises: (head) => firstElement(head, ['TestRun'])?.name === 'TestRun',
  open: openTrx,
}
