import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { anyText, type JsonRecord, joinTexts, numberOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Attempt, Case, Format, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'
import { findOutputMarks } from '../output-marks.ts'

/** What the plugin pytest-json-report writes. */
export const pytestJson: Format = {
  name: 'pytest-json',
  title: 'pytest-json-report',
  recognises(text) {
    const head = jsonHead(text)
    return head?.has('exitcode') === true && (head.has('root') || head.has('tests') || head.has('environment'))
  },
  open(sink) {
    /** Cases whose last attempt was to be run again. */
    const reruns = new Map<string, Case>()
    let exitCode: number | undefined
    const reader = openJson(sink, {
      exitcode: (value) => {
        exitCode = numberOf(value)
      },
      'collectors[]': (value, line) => {
        const collector = recordOf(value)
        if (collector.outcome === 'failed' || collector.outcome === 'error') sink.case(brokenFile(collector, line))
      },
      'tests[]': (value, line) => {
        const test = recordOf(value)
        const id = textOf(test.nodeid) ?? ''
        const attempt = attemptOf(test, line, sink)
        const found: Case = reruns.get(id) ?? { ...placeOf(id), properties: propertiesOf(test), attempts: [], line }
        found.attempts.push(attempt)
        reruns.delete(id)
        if (test.outcome === 'rerun') reruns.set(id, found)
        else sink.case(found)
      },
      'warnings[]': (value, line) => sink.note(`Warning: ${textOf(recordOf(value).message)?.slice(0, 200)}`, line),
    })
    return {
      write: reader.write,
      end() {
        reader.end()
        for (const found of reruns.values()) sink.case(found)
        if (exitCode !== undefined && exitCode > 1 && exitCode < 5)
          sink.note(`pytest ended with exit code ${exitCode}: ${EXIT_CODES[exitCode]}`)
      },
    }
  },
}

const EXIT_CODES: Readonly<Record<number, string>> = {
  2: 'it was interrupted',
  3: 'an internal error',
  4: 'it was called wrongly',
}

/** `tests/test_cart.py::TestVoucher::test_counts[a::b]`: as in pytest's JUnit file, module and classes are the class. */
function placeOf(nodeId: string): Pick<Case, 'path' | 'className' | 'name' | 'file'> {
  const bracket = nodeId.indexOf('[')
  const plain = bracket === -1 ? nodeId : nodeId.slice(0, bracket)
  const [file, ...parts] = plain.split('::') as [string, ...string[]]
  const name = parts.pop()
  if (name === undefined) return { path: [], name: nodeId }
  const module = file.replace(/\.py$/, '').replaceAll('/', '.')
  return {
    path: [],
    className: [module, ...parts].join('.'),
    name: name + (bracket === -1 ? '' : nodeId.slice(bracket)),
    file,
  }
}

function brokenFile(collector: JsonRecord, line: number): Case {
  const file = textOf(collector.nodeid)
  return {
    path: [],
    name: '[suite]',
    ...(file === undefined ? {} : { file }),
    properties: [],
    attempts: [{ status: 'error', seconds: 0, ...pytestError(collector), steps: [], attachments: [] }],
    line,
  }
}

const STAGES = ['setup', 'call', 'teardown']

function attemptOf(test: JsonRecord, line: number, sink: Sink): Attempt {
  const stages = STAGES.map((name) => [name, recordOf(test[name])] as const)
  const seconds = stages.reduce((sum, [, stage]) => sum + (numberOf(stage.duration) ?? 0), 0)
  const outcome: Pick<Attempt, 'status' | 'word'> =
    test.outcome === 'rerun' ? { status: 'failed' } : outcomeOf(test.outcome, sink, line, { xpassed: 'passed' })
  const broken = stages.filter(([, { outcome: word }]) => word !== undefined && word !== 'passed')
  const errors = broken.map(([, stage]) => pytestError(stage))
  const [first, ...others] = errors
  const details = joinTexts([first?.details, ...others.flatMap((error) => [error.message, error.details])])
  const output = joinTexts(stages.flatMap(([name, stage]) => outputOf(name, stage)))
  return {
    ...outcome,
    seconds: Math.round(seconds * 1e9) / 1e9,
    ...(outcome.status === 'passed' ? {} : { ...first, ...(details === undefined ? {} : { details }) }),
    ...(output === undefined ? {} : { output }),
    steps: [],
    attachments: findOutputMarks(output ?? '').attachments.map((path) => ({ path })),
  }
}

const SKIPPED = 'Skipped: '

/** `('/home/ci/test_cart.py', 3, 'Skipped: no shop')` says why. */
function skipReason(long: string): string {
  const at = long.indexOf(SKIPPED)
  return at === -1 ? long : long.slice(at + SKIPPED.length).replace(/['"]\)$/, '')
}

/** The message of a stage is what crashed; of a skip its reason. */
function pytestError(stage: JsonRecord): Pick<Attempt, 'type' | 'message' | 'details'> {
  const long = anyText(stage.longrepr)
  if (stage.outcome === 'skipped' && long !== undefined) return { message: skipReason(long) }
  return explain([{ message: textOf(recordOf(stage.crash).message), stack: long }])
}

function outputOf(name: string, stage: JsonRecord): string[] {
  const log = recordsOf(stage.log).map(
    (record) =>
      `${textOf(record.levelname) ?? ''} ${textOf(record.name) ?? ''}: ${anyText(record.msg) ?? textOf(record.message) ?? ''}`,
  )
  const blocks = [
    ['stdout', textOf(stage.stdout)],
    ['stderr', textOf(stage.stderr)],
    ['log', joinTexts(log)],
  ]
  return blocks.flatMap(([kind, text]) => (text === undefined ? [] : [`--- ${kind} of ${name} ---`, text]))
}

function propertiesOf(test: JsonRecord): [string, string][] {
  return [...Object.entries(recordOf(test.metadata)), ...userProperties(test)].flatMap(
    ([name, value]): [string, string][] => {
      const text = anyText(value)
      return text === undefined ? [] : [[name, text]]
    },
  )
}

/** `record_property`: objects with one key each. */
function userProperties(test: JsonRecord): [string, unknown][] {
  return recordsOf(test.user_properties).flatMap((property) => Object.entries(property))
}
