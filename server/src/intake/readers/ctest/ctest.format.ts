import zlib from 'node:zlib'
import type { Attempt, AttemptStatus, Format, ReaderOptions, ReportedAttachment, Sink } from '../model.ts'
import { present } from '../texts.ts'
import { parseSeconds, parseTimestamp } from '../time.ts'
import { statusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const kindOf = shapeOf({
  roots: ['Site'],
  texts: [
    'Name',
    'Path',
    'FullName',
    'FullCommandLine',
    'Value',
    'Label',
    'StartTestTime',
    'StartDateTime',
    'EndTestTime',
    'EndDateTime',
    'ElapsedMinutes',
  ],
})
/** What is unpacked, of one output and of a file: a few bytes may stand for gigabytes. */
const MOST_UNPACKED = { output: 4_194_304, file: 67_108_864 }
/** Measurements with a place of their own. */
const PLACED = new Set(['Execution Time', 'Exit Code', 'Exit Value', 'Completion Status', 'Fail Reason'])

const FORBIDDEN_CHARACTER = /\[NON-(?:XML-CHAR|UTF-8-BYTE)-0x([0-9A-F]{1,2})\]/gi

/** What a test wrote; CTest spells characters that XML forbids. */
function written(text: string): string {
  return text.replace(FORBIDDEN_CHARACTER, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Whether a measurement says something: a line with `#` in front is a remark of CTest. */
function says(value: string): boolean {
  return value.trim() !== '' && !value.trimStart().startsWith('#')
}

function openCTest(sink: Sink, { timezone }: ReaderOptions) {
  let startedAt: number | undefined
  let room = MOST_UNPACKED.file

  /** The text of a `Value`, unpacked. */
  const unpack = (value: XmlNode | undefined): string => {
    if (value === undefined) return ''
    const { encoding, compression } = value.attributes
    if (encoding !== 'base64') return written(value.text)
    const bytes = Buffer.from(value.text, 'base64')
    if (compression === undefined) return bytes.toString()
    try {
      const unpacked = zlib.unzipSync(bytes, { maxOutputLength: Math.min(room, MOST_UNPACKED.output) || 1 })
      room -= unpacked.length
      return unpacked.toString()
    } catch {
      sink.note('Compressed output is damaged or too large, and left out', value.line)
      return ''
    }
  }

  const statusOf = ({ attributes, line }: XmlNode, completion: string): { status: AttemptStatus; word?: string } => {
    const said = attributes.Status ?? ''
    const status = statusOfWord(said)
    if (status === undefined) {
      sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
      return { status: 'unknown', word: said }
    }
    if (status !== 'skipped' || completion === '' || completion === 'Disabled' || completion.startsWith('SKIP_'))
      return { status }
    // CTest says "not run" of what could not be run, too, and counts it as failed.
    return { status: completion.startsWith('Fixture dependency failed') ? 'blocked' : 'error', word: said }
  }

  const readTest = (node: XmlNode) => {
    const measurements = childrenOf(node, 'Results', 'NamedMeasurement')
    const byName = (name: string) => {
      const found = measurements.find(({ attributes }) => attributes.name === name)
      return textOf(found, 'Value')?.trim() ?? ''
    }
    const properties: [string, string][] = childrenOf(node, 'Labels', 'Label').map(({ text }) => ['label', text.trim()])
    const attachments: ReportedAttachment[] = []
    for (const measurement of measurements) {
      const { name = '', type = '', encoding, filename, compression } = measurement.attributes
      const value = childOf(measurement, 'Value')?.text ?? measurement.text
      if (encoding === 'base64') {
        const contentType = type === 'file' ? (compression === undefined ? undefined : 'application/gzip') : type
        attachments.push({ ...present({ name: filename ?? name, contentType }), base64: value.replace(/\s+/g, '') })
      } else if (type === 'file') attachments.push({ ...present({ name }), path: filename ?? value.trim() })
      else if (!PLACED.has(name) && says(value)) properties.push([name, value.trim()])
    }
    const completion = byName('Completion Status')
    const { status, word } = statusOf(node, completion)
    const exitCode = byName('Exit Code')
    const exitValue = byName('Exit Value')
    const exit = exitCode === '' ? '' : `${exitCode}${exitValue === '' ? '' : ` (exit value ${exitValue})`}`
    // A test that is to fail passes with it.
    if (status === 'passed' && exitValue !== '') properties.push(['Exit Value', exitValue])
    const attempt: Attempt = {
      status,
      seconds: parseSeconds(byName('Execution Time')),
      ...present({
        startedAt,
        message: (status === 'passed' ? '' : exit) || (completion === 'Completed' ? '' : completion),
        details: byName('Fail Reason'),
        output: unpack(childOf(node, 'Results', 'Measurement', 'Value')),
        word: word ?? (['', 'Failed', 'Completed'].includes(exitCode) ? undefined : exitCode),
      }),
      steps: [],
      attachments,
    }
    const folder = (textOf(node, 'Path') ?? '').trim().replace(/^\.\/?/, '')
    const name = textOf(node, 'Name')?.trim() || '(unnamed)'
    sink.case({ path: folder === '' ? [] : [folder], name, properties, attempts: [attempt], line: node.line })
  }

  return openXmlTrees(
    {
      kindOf,
      // Other parts of a site (Build, Configure, Coverage) hold no tests.
      isTree: (name, parent) =>
        (name === 'Test' && parent === 'Testing') || name === 'TestList' || (parent === 'Site' && name !== 'Testing'),
      tree(node, parent) {
        if (node.name === 'Test') readTest(node)
        else if (parent?.name === 'Site') sink.note(`<${node.name}> holds no tests, and is left out`, node.line)
      },
      close({ name }, text) {
        if (name === 'StartTestTime') startedAt = parseTimestamp(text, timezone) ?? startedAt
        else if (name === 'StartDateTime') startedAt ??= parseTimestamp(text, timezone)
      },
    },
    sink,
  )
}

export const ctest: Format = {
  name: 'ctest',
  title: 'CTest Test.xml',
  recognises(head) {
    const { name, tag = '' } = firstElement(head, ['Site']) ?? {}
    return name === 'Site' && (tag.includes('BuildName') || head.includes('<Testing'))
  },
  open: openCTest,
}
