import { explain } from '../errors.ts'
import { jsonHead } from '../json-head.ts'
import { openJson } from '../json-stream.ts'
import { type JsonRecord, numberOf, recordOf, secondsOf, textOf } from '../json-values.ts'
import type { Attempt, AttemptStatus, Case, Format } from '../model.ts'
import { unreportedAttempts } from '../outcomes.ts'

/** Mocha's `json` reporter: `tests` in the order they ran, and again in `pending`, `failures` and `passes`. */
export const mocha: Format = {
  name: 'mocha',
  title: 'Mocha JSON',
  recognises(text) {
    const head = jsonHead(text)
    return head?.has('stats.passes') === true && (head.has('tests') || head.has('failures') || head.has('passes'))
  },
  open(sink) {
    /** Tests of which only `pending` says whether they passed. */
    const uncertain = new Map<string, Case>()
    let anySpeed = false
    const passed = (keys: Iterable<string>) => {
      for (const key of [...keys]) {
        sink.case(uncertain.get(key) as Case)
        uncertain.delete(key)
      }
    }
    const reader = openJson(sink, {
      'tests[]': (value, line) => {
        const test = recordOf(value)
        anySpeed ||= test.speed !== undefined
        const status = statusOf(test)
        const found = readTest(test, status ?? 'passed', line)
        if (status) sink.case(found)
        else {
          const key = keyOf(test)
          if (uncertain.has(key)) sink.case(found)
          else uncertain.set(key, found)
          // Old versions of Mocha leave all that passed in doubt; nearly all of them did.
          if (uncertain.size > MOST_UNCERTAIN && !anySpeed) passed(uncertain.keys())
        }
      },
      'pending[]': (value) => {
        const test = recordOf(value)
        const found = uncertain.get(keyOf(test))
        if (!found) return
        uncertain.delete(keyOf(test))
        sink.case({ ...found, attempts: [attemptOf(test, 'skipped')] })
      },
      'failures[]': (value, line) => {
        const test = recordOf(value)
        // Hooks are no tests: they stand here alone.
        if (HOOK.test(textOf(test.title) ?? '')) sink.case(readTest(test, 'error', line))
      },
    })
    return {
      write: reader.write,
      end() {
        reader.end()
        passed(uncertain.keys())
      },
    }
  },
}

const MOST_UNCERTAIN = 10_000

const HOOK = /^"(?:before|after) (?:all|each)" hook/

const keyOf = (test: JsonRecord) => `${textOf(test.file) ?? ''}\n${textOf(test.fullTitle) ?? ''}`

/** Undefined: it passed, or was skipped while it ran. */
function statusOf(test: JsonRecord): AttemptStatus | undefined {
  if (Object.keys(recordOf(test.err)).length > 0) return 'failed'
  if (test.speed !== undefined) return 'passed'
  return test.duration === undefined ? 'skipped' : undefined
}

function readTest(test: JsonRecord, status: AttemptStatus, line: number): Case {
  const title = textOf(test.title) ?? ''
  const full = textOf(test.fullTitle) ?? title
  const file = textOf(test.file)
  // The titles of the suites are joined with blanks, so where one ends is not known.
  const around = full.endsWith(title) ? full.slice(0, full.length - title.length).trimEnd() : ''
  const last = attemptOf(test, status)
  return {
    path: around === '' ? [] : [around],
    name: title,
    ...(file === undefined ? {} : { file }),
    properties: [],
    attempts: [...(status === 'skipped' ? [] : unreportedAttempts(numberOf(test.currentRetry))), last],
    line,
  }
}

function attemptOf(test: JsonRecord, status: AttemptStatus): Attempt {
  const error = recordOf(test.err)
  return {
    status,
    seconds: secondsOf(test.duration),
    ...explain(
      Object.keys(error).length === 0
        ? []
        : [{ type: textOf(error.name), message: textOf(error.message), stack: textOf(error.stack) }],
    ),
    steps: [],
    attachments: [],
  }
}
