/** What every reader of result files emits, whatever the format. */
export type CaseStatus = 'passed' | 'failed' | 'error' | 'skipped'

export type StepStatus = 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN' | 'N/A'

export interface ResultStep {
  name: string
  /** `null` when the report gives none: the step takes the verdict of its case. */
  status: StepStatus | null
}

export interface ResultAttempt {
  status: CaseStatus
  seconds: number
  startedAt?: Date
  message?: string
  details?: string
  output?: string
  steps: ResultStep[]
  /** Paths as the report spells them. */
  attachments: string[]
}

export interface ResultCase {
  suitePath: string[]
  className?: string
  name: string
  /** The test's own source file, where the report names it. */
  file?: string
  parameters?: Record<string, string>
  /** A name may occur several times. */
  properties: Map<string, string[]>
  /** In the order they ran; the last one is the verdict. Never empty. */
  attempts: ResultAttempt[]
  /** Line of the report where the case begins. */
  line: number
}

/** What a reader found out about the file besides its cases. Filled in while the cases are read. */
export interface ReadNotes {
  /** Why the file is incomplete or damaged; `null` for a whole one. */
  cut: string | null
  /** False when the file is not of the format at all. */
  recognised: boolean
  /** Characters that XML forbids, replaced by U+FFFD. */
  replacedCharacters: number
  /** Suites with output of their own, which belongs to no case and is not stored. */
  suiteOutputs: number
  /** Suites nested so deep, or with names so long, that their names are not part of the path of their cases. */
  deepSuites: number
}

/** Notes of a file that has not been read yet. */
export function emptyNotes(): ReadNotes {
  return { cut: null, recognised: false, replacedCharacters: 0, suiteOutputs: 0, deepSuites: 0 }
}

/** The verdict of a case: that of its last attempt. */
export function verdictOf(result: ResultCase): CaseStatus {
  return result.attempts.at(-1)?.status ?? 'skipped'
}

/** Whether a verdict counts as failing. */
export function isFailing(status: CaseStatus): boolean {
  return status === 'failed' || status === 'error'
}
