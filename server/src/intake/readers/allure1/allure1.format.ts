import type { AttemptStatus, Format, ReaderOptions, ReportedAttachment, ReportedStep, Sink } from '../model.ts'
import { MOST_STEPS, stepName } from '../steps.ts'
import { present } from '../texts.ts'
import { parseTimestamp } from '../time.ts'
import { statusOfWord, stepStatusOfWord } from '../words.ts'
import { firstElement, shapeOf } from '../xml.ts'
import { childOf, childrenOf, openXmlTrees, textOf, type XmlNode } from '../xml-tree.ts'

const kindOf = shapeOf({
  roots: ['test-suite'],
  texts: ['name', 'title', 'description', 'message', 'stack-trace'],
})
/** A test that was called off says nothing about what it tests; Allure shows it as skipped. */
const OVERRIDES = { canceled: 'skipped', pending: 'skipped' } as const

function openAllure1(sink: Sink, { timezone }: ReaderOptions) {
  let suite = ''

  const secondsOf = ({ start, stop }: XmlNode['attributes']) =>
    Math.max(0, (Number(stop) || 0) - (Number(start) || 0)) / 1000

  const attachmentsOf = (node: XmlNode): ReportedAttachment[] =>
    childrenOf(node, 'attachments', 'attachment').map(({ attributes: { title, source = '', type } }) => ({
      path: source,
      ...present({ name: title, contentType: type }),
    }))

  const walk = (
    node: XmlNode,
    level: number,
    into: { steps: ReportedStep[]; attachments: ReportedAttachment[]; left: number },
  ) => {
    for (const attachment of attachmentsOf(node)) into.attachments.push(attachment)
    for (const step of childrenOf(node, 'steps', 'step')) {
      const title = textOf(step, 'title')?.trim() || textOf(step, 'name')?.trim() || '(unnamed)'
      if (into.steps.length >= MOST_STEPS) into.left++
      else {
        into.steps.push({
          name: stepName(title, level),
          status: stepStatusOfWord(step.attributes.status ?? '', OVERRIDES),
          seconds: secondsOf(step.attributes),
        })
      }
      walk(step, level + 1, into)
    }
  }

  const readCase = (node: XmlNode) => {
    const { attributes, line } = node
    const said = attributes.status ?? ''
    const status: AttemptStatus = statusOfWord(said, OVERRIDES) ?? 'unknown'
    if (status === 'unknown') sink.note(`Nobody knows the outcome "${said.slice(0, 100)}"`, line)
    const labels = childrenOf(node, 'labels', 'label').map(
      ({ attributes: { name = '', value = '' } }): [string, string] => [name, value],
    )
    const className = labels.find(([name]) => name === 'testClass')?.[1]
    const name = textOf(node, 'name')?.trim() || textOf(node, 'title')?.trim() || '(unnamed)'
    const title = textOf(node, 'title')?.trim()
    const properties = labels.filter(([label]) => label !== 'testClass')
    if (attributes.severity) properties.push(['severity', attributes.severity])
    if (title && title !== name) properties.push(['title', title])
    const description = textOf(node, 'description')?.trim()
    if (description) properties.push(['description', description])
    const parameters: [string, string][] = []
    for (const { attributes: parameter } of childrenOf(node, 'parameters', 'parameter')) {
      const pair: [string, string] = [parameter.name ?? '', parameter.value ?? '']
      // The others are what the environment was.
      if ((parameter.kind ?? 'argument').toLowerCase() === 'argument') parameters.push(pair)
      else properties.push(pair)
    }
    const found = { steps: [], attachments: [], left: 0 }
    walk(node, 0, found)
    if (found.left > 0) sink.note(`A case has ${found.left} steps beyond ${MOST_STEPS}, which are left out`, line)
    const failure = childOf(node, 'failure')
    sink.case({
      path: suite === '' ? [] : [suite],
      ...present({ className }),
      name,
      ...(parameters.length === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
      properties,
      attempts: [
        {
          status,
          seconds: secondsOf(attributes),
          ...present({
            startedAt: parseTimestamp(attributes.start, timezone),
            message: textOf(failure, 'message')?.trim(),
            details: textOf(failure, 'stack-trace')?.trim(),
            word: status === said.toLowerCase() ? undefined : said,
          }),
          steps: found.steps,
          attachments: found.attachments,
        },
      ],
      line,
    })
  }

  return openXmlTrees(
    {
      kindOf,
      isTree: (name, parent) =>
        name === 'test-case' || (parent === 'test-suite' && (name === 'labels' || name === 'description')),
      tree(node) {
        if (node.name === 'test-case') readCase(node)
        else if (node.name === 'labels' && node.children.length > 0)
          sink.note('Labels of a suite are left out', node.line)
      },
      close({ name, parent }, text) {
        if (name === 'name' && parent?.name === 'test-suite') suite = text.trim()
      },
    },
    sink,
  )
}

export const allure1: Format = {
  name: 'allure1',
  title: 'Allure 1 XML',
  recognises(head) {
    const { name, tag = '' } = firstElement(head, ['test-suite']) ?? {}
    return name === 'test-suite' && tag.includes('allure')
  },
  open: openAllure1,
}
