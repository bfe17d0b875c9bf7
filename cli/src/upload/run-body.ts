import type { Api, FileObject } from '@assay/sdk'
import { isFailing, type ResultAttempt, type ResultCase, type StepStatus } from '../formats/results-model.ts'
import type { CustomFields } from './upload-target.ts'

/** A run as the API takes it, without its files. */
export interface RunBody {
  type: 'runs'
  attributes: Api.RunCreate
  steps?: { data: Api.NewStepRun[] }
  files?: { data: FileObject[] }
}

export interface RunOptions {
  instanceId: number
  customFields: CustomFields
}

/** The API's roll-up of step statuses (contract §1.14): N/A drops out, FAILED before BLOCKED, all or nothing. */
export function combineStatuses(statuses: StepStatus[]): string {
  const counted = statuses.filter((status) => status !== 'N/A')
  if (counted.includes('FAILED')) return 'FAILED'
  if (counted.includes('BLOCKED')) return 'BLOCKED'
  if (counted.every((status) => status === 'NO RUN')) return 'NO RUN'
  return counted.every((status) => status === 'PASSED') ? 'PASSED' : 'NOT COMPLETED'
}

/** The text stored with a run: message, details, output, properties, start, as far as there are any. */
export function runOutput(attempt: ResultAttempt, properties?: ResultCase['properties']): string {
  const { message = '', details = '', output = '' } = attempt
  const parts = [details.startsWith(message) ? '' : message, details, output]
  const lines: string[] = []
  for (const [name, values] of properties ?? []) {
    if (/^(step\b|attachment$|(assay_)?test_id$|assay_test$)/i.test(name)) continue
    for (const value of values) lines.push(`${name} = ${value}`)
  }
  if (lines.length > 0) parts.push(`--- properties ---\n${lines.join('\n')}`)
  if (attempt.startedAt) parts.push(`Started: ${attempt.startedAt.toISOString()}`)
  return parts.filter((part) => part.trim() !== '').join('\n\n')
}

/** The run of one attempt. Properties of the case go with the last attempt only. */
export function runBody(result: ResultCase, attempt: ResultAttempt, { instanceId, customFields }: RunOptions): RunBody {
  const verdict: StepStatus = attempt.status === 'skipped' ? 'NO RUN' : isFailing(attempt.status) ? 'FAILED' : 'PASSED'
  const attributes: Api.RunCreate = {
    'instance-id': instanceId,
    'run-type': 'AutomatedRun',
    'run-duration': attempt.seconds,
  }
  if (verdict !== 'NO RUN') attributes['exit-code'] = verdict === 'PASSED' ? 0 : 1
  const output = runOutput(attempt, attempt === result.attempts.at(-1) ? result.properties : undefined)
  if (output !== '') attributes['automated-execution-output'] = output
  if (Object.keys(customFields).length > 0) attributes['custom-fields'] = customFields
  const body: RunBody = { type: 'runs', attributes }
  if (attempt.steps.length > 0) body.steps = { data: stepBodies(attempt, verdict) }
  return body
}

function stepBodies(attempt: ResultAttempt, verdict: StepStatus): Api.NewStepRun[] {
  const steps = attempt.steps.map((step) => ({ name: step.name, status: step.status ?? verdict }))
  if (combineStatuses(steps.map((step) => step.status)) === verdict) return steps
  // The server takes a run's status from its steps. Where they contradict the report they must not decide: a failed
  // case never turns green.
  const shown = steps.map(({ name, status }) => ({ name, status: 'N/A' as const, 'actual-results': status }))
  const message = attempt.message ?? attempt.details
  return [...shown, { name: 'Result', status: verdict, ...(message ? { 'actual-results': message } : {}) }]
}

/** About how many bytes a run takes in a request. */
export function runSize(body: RunBody): number {
  let size = 300
  const output = body.attributes['automated-execution-output']
  if (typeof output === 'string') size += Buffer.byteLength(output) * 1.1
  for (const step of body.steps?.data ?? []) {
    size += 60
    for (const value of Object.values(step)) size += Buffer.byteLength(String(value))
  }
  return size
}
