import { explain } from '../errors.ts'
import { joinTexts, listOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import type { Attempt, AttemptStatus, ReportedAttachment, ReportedStep, Sink } from '../model.ts'
import { outcomeOf } from '../outcomes.ts'
import { stepStatusOfWord } from '../words.ts'

/** What happened in a step or hook. */
export interface StepResult {
  /** With its keyword. */
  name: string
  hook: boolean
  /** In small letters. */
  word: string
  seconds: number
  error: string | undefined
}

/** The worse, the higher: a scenario is as bad as the worst of its steps. */
const SEVERITY = ['passed', 'skipped', 'pending', 'undefined', 'unknown', 'ambiguous', 'failed']

const severityOf = (word: string) => {
  const at = SEVERITY.indexOf(word)
  return at === -1 ? SEVERITY.indexOf('unknown') : at
}

/** An attempt at a scenario, made of its steps. */
export function attemptOf(
  results: readonly StepResult[],
  rest: { startedAt: number | undefined; output: string | undefined; attachments: ReportedAttachment[] },
  sink: Sink,
  line: number,
): Attempt {
  let worst: StepResult | undefined
  for (const result of results) if (!worst || severityOf(result.word) > severityOf(worst.word)) worst = result
  const outcome: Pick<Attempt, 'status' | 'word'> = worst ? outcomeOf(worst.word, sink, line) : { status: 'passed' }
  return {
    ...outcome,
    seconds: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0) * 1e9) / 1e9,
    ...(rest.startedAt === undefined ? {} : { startedAt: rest.startedAt }),
    ...reasonOf(outcome.status, worst, results),
    ...(rest.output === undefined ? {} : { output: rest.output }),
    steps: results.filter(isShown).map(stepOf),
    attachments: rest.attachments,
  }
}

/** Hooks are told when they broke: no feature names them. */
const isShown = ({ hook, word }: StepResult) => !hook || (word !== 'passed' && word !== 'skipped')

function stepOf({ name, word, seconds, error }: StepResult): ReportedStep {
  return { name, status: stepStatusOfWord(word), ...(error === undefined ? {} : { actual: error }), seconds }
}

function reasonOf(
  status: AttemptStatus,
  worst: StepResult | undefined,
  results: readonly StepResult[],
): Pick<Attempt, 'type' | 'message' | 'details'> {
  if (!worst || status === 'passed') return {}
  const errors = results.flatMap(({ error }) => (error === undefined ? [] : [{ stack: error }]))
  if (errors.length > 0) return explain(errors)
  return { message: `${worst.name}: ${worst.word}` }
}

/** A data table or doc string below a step, as the feature spells it. */
export function argumentText(step: unknown): string | undefined {
  const argument = recordOf(step)
  const table = recordOf(argument.dataTable ?? argument)
  const rows = recordsOf(table.rows).map((row) => {
    const cells = listOf(row.cells).map((cell) => textOf(recordOf(cell).value) ?? textOf(cell) ?? '')
    return `| ${cells.join(' | ')} |`
  })
  const content = textOf(recordOf(argument.docString).content) ?? textOf(argument.content)
  return joinTexts([...rows, content])
}

/** What a step attached: what it logged is its output, the rest are files. */
export function sortAttachment(
  { body, base64, mediaType, name }: { body: string; base64: boolean; mediaType: string; name: string | undefined },
  output: string[],
  attachments: ReportedAttachment[],
): void {
  if (mediaType === 'text/x.cucumber.log+plain' || mediaType === 'text/uri-list') {
    output.push(base64 ? Buffer.from(body, 'base64').toString() : body)
    return
  }
  attachments.push({
    ...(name === undefined ? {} : { name }),
    contentType: mediaType,
    base64: base64 ? body : Buffer.from(body).toString('base64'),
  })
}

export function tagsOf(tags: unknown): [string, string][] {
  return recordsOf(tags).flatMap(({ name }): [string, string][] =>
    typeof name === 'string' ? [['tag', name.replace(/^@/, '')]] : [],
  )
}
