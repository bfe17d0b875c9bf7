import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { type JsonRecord, joinTexts, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Format, Sink } from '../model.ts'
import { flattenSteps, tooManySteps } from '../step-tree.ts'
import { attachmentsOf, attemptOf, globalError, NEVER_RAN, propertiesOf, stepOf } from './playwright-values.ts'

/** Playwright's `json` reporter. */
export const playwright: Format = {
  name: 'playwright',
  title: 'Playwright JSON',
  recognises(text) {
    const head = jsonHead(text)
    if (head?.root !== 'object') return false
    const config = head.has('config.rootDir') || head.has('config.projects')
    return config || (head.has('suites[].specs') && head.has('suites[].file'))
  },
  open(sink, { timezone }) {
    return openJson(sink, {
      'suites[]': (value, line) => readSuite(recordOf(value), [], undefined, { sink, line, zone: timezone }),
      'errors[]': (value, line) => sink.case(globalError(recordOf(value), line)),
    })
  },
}

interface Place {
  sink: Sink
  line: number
  zone: string
}

function readSuite(suite: JsonRecord, around: string[], fileAround: string | undefined, place: Place): void {
  const title = textOf(suite.title)
  const path = title === undefined ? around : [...around, title]
  const file = textOf(suite.file) ?? fileAround
  for (const spec of recordsOf(suite.specs)) readSpec(spec, path, textOf(spec.file) ?? file, place)
  for (const below of recordsOf(suite.suites)) readSuite(below, path, file, place)
}

/** A spec is a test of every project. */
function readSpec(spec: JsonRecord, path: string[], file: string | undefined, place: Place): void {
  for (const test of recordsOf(spec.tests)) {
    const variant = textOf(test.projectName)
    const annotations = recordsOf(test.annotations)
    const expected = { expectedStatus: textOf(test.expectedStatus), annotations }
    const attempts = recordsOf(test.results).map((result) =>
      attemptOf(
        result,
        expected,
        {
          steps: flattenSteps(
            recordsOf(result.steps),
            (step) => ({ step: stepOf(step), below: recordsOf(step.steps) }),
            (left) => place.sink.note(tooManySteps(left), place.line),
          ),
          attachments: attachmentsOf(result.attachments),
          output: outputOf(result),
        },
        place,
      ),
    )
    place.sink.case({
      path,
      name: textOf(spec.title) ?? '',
      ...(file === undefined ? {} : { file }),
      ...(variant === undefined ? {} : { variant }),
      properties: propertiesOf(spec.tags, annotations),
      attempts: attempts.length === 0 ? [NEVER_RAN] : attempts,
      line: place.line,
    })
  }
}

function outputOf(result: JsonRecord): string | undefined {
  const chunks = [...recordsOf(result.stdout), ...recordsOf(result.stderr)]
  return joinTexts([chunks.map(chunkText).join('')])
}

/** A piece of output: text, or bytes that are none. */
function chunkText({ text, buffer }: JsonRecord): string {
  return textOf(text) ?? Buffer.from(textOf(buffer) ?? '', 'base64').toString()
}
