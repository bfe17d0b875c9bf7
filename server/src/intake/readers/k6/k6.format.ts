import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { anyText, type JsonRecord, listOf, numberOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Attempt, Format, Sink } from '../model.ts'

/**
 * The end-of-test summary of k6, from `--summary-export` and from `handleSummary`: each check is a case, and each
 * threshold of a metric.
 */
export const k6: Format = {
  name: 'k6',
  title: 'k6 summary',
  recognises(text) {
    const head = jsonHead(text)
    return head?.root === 'object' && (head.has('metrics') || head.has('root_group.checks')) && isK6(head.has)
  },
  open(sink) {
    return openJson(sink, {
      root_group: (value, line) => readGroup(recordOf(value), [], line, sink),
      metrics: (value, line) => readMetrics(recordOf(value), line, sink),
    })
  },
}

const METRICS = ['iterations', 'checks', 'vus', 'http_reqs', 'http_req_duration', 'iteration_duration', 'data_sent']

function isK6(has: (path: string) => boolean): boolean {
  return has('root_group.name') || METRICS.some((name) => has(`metrics.${name}`))
}

/** Groups, checks: lists in one of the two shapes, objects by name in the other. */
const itemsOf = (value: unknown): JsonRecord[] =>
  Array.isArray(value) ? recordsOf(listOf(value)) : recordsOf(Object.values(recordOf(value)))

function readGroup(group: JsonRecord, around: string[], line: number, sink: Sink): void {
  const name = textOf(group.name)
  const path = name === undefined ? around : [...around, name]
  for (const check of itemsOf(group.checks)) {
    const [passes, fails] = [numberOf(check.passes) ?? 0, numberOf(check.fails) ?? 0]
    const attempt: Attempt = {
      // One that was never reached says nothing.
      status: fails > 0 ? 'failed' : passes > 0 ? 'passed' : 'skipped',
      seconds: 0,
      ...(fails > 0 ? { message: `${fails} of ${passes + fails} failed` } : {}),
      steps: [],
      attachments: [],
    }
    sink.case({ path, name: textOf(check.name) ?? '', properties: [], attempts: [attempt], line })
  }
  for (const below of itemsOf(group.groups)) readGroup(below, path, line, sink)
}

function readMetrics(metrics: JsonRecord, line: number, sink: Sink): void {
  for (const [name, value] of Object.entries(metrics)) {
    const metric = recordOf(value)
    const values = metric.values === undefined ? ownValues(metric) : recordOf(metric.values)
    for (const [condition, told] of Object.entries(recordOf(metric.thresholds))) {
      // `--summary-export` says whether it was crossed, `handleSummary` whether it is all right.
      const crossed = typeof told === 'boolean' ? told : recordOf(told).ok === false
      sink.case({
        path: ['thresholds', name],
        name: condition,
        properties: Object.entries(values).map(([key, measured]) => [key, anyText(measured) ?? '']),
        attempts: [
          {
            status: crossed ? 'failed' : 'passed',
            seconds: 0,
            ...(crossed ? { message: `${name} crossed its threshold ${condition}` } : {}),
            steps: [],
            attachments: [],
          },
        ],
        line,
      })
    }
  }
}

function ownValues(metric: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(metric).filter(([, value]) => typeof value === 'number'))
}
