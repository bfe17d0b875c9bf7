/** What every reader of result files emits, whatever the format (contract, result-files.md). */

/** `unknown`: a word that no vocabulary has; stored as failed, with the word. */
export type AttemptStatus = 'passed' | 'failed' | 'error' | 'blocked' | 'skipped' | 'unknown'

export type StepStatus = 'PASSED' | 'FAILED' | 'BLOCKED' | 'NO RUN' | 'N/A'

export interface ReportedStep {
  /** Nested steps are listed after the one that holds them, their names indented by ` › ` per level. */
  name: string
  /** null when the report gives none: the step takes the verdict of its case. */
  status: StepStatus | null
  expected?: string
  /** What happened: its message. */
  actual?: string
  seconds?: number
}

export interface ReportedAttachment {
  /** What a person reads; left out: the last part of the path. */
  name?: string
  contentType?: string
  /** As the report spells it; it is looked for among the other files of the import. */
  path?: string
  /** Its bytes, where the report holds them, in base64. */
  base64?: string
}

export interface Attempt {
  status: AttemptStatus
  /** 0 where the report says nothing. */
  seconds: number
  /** Milliseconds since the epoch. */
  startedAt?: number
  /** Type of the exception. */
  type?: string
  message?: string
  /** Stack, diff and whatever else explains the message. */
  details?: string
  /** What the test wrote. */
  output?: string
  steps: ReportedStep[]
  attachments: ReportedAttachment[]
  /** The producer's own word for the outcome, where it says more than the status. */
  word?: string
}

export interface Case {
  /** Names of the suites around it, outermost first, as the report spells them. */
  path: readonly string[]
  className?: string
  name: string
  /** The test's own source file, as the report spells it. */
  file?: string
  /** Browser, platform or project that the report names for it. */
  variant?: string
  /** In the producer's order, where it gives them apart from the name. */
  parameters?: Readonly<Record<string, string>>
  /** Of the case and of the suites around it; a name may occur several times. */
  properties: readonly (readonly [name: string, value: string])[]
  /** In the order they ran; the last one is the verdict. Never empty. */
  attempts: Attempt[]
  /** Other cases of the import with this text are attempts of the same test, in order of their start. */
  retryOf?: string
  /** Line of the file where it begins, from 1. */
  line: number
}

/** A case without how it went. */
export type CaseHead = Omit<Case, 'attempts'>

/** Where a reader puts what it finds. Called while the file is read. */
export interface Sink {
  case(found: Case): void
  /** What a person should know about the file; equal texts are told once, with how often. */
  note(text: string, line?: number): void
  /** The file cannot be read on from here, or ended early. Cases before it count. Only the first call is kept. */
  cut(reason: string, line?: number): void
}

export interface ReaderOptions {
  /** Name of the file within the import, with `/`. */
  filename: string
  /** Zone of times that are written without one; an IANA name or `UTC`. */
  timezone: string
}

/** Reads one file, chunk by chunk, in linear time and in memory that does not grow with the file. */
export interface OpenReader {
  /** Never throws for what a file holds. */
  write(text: string): void
  /** The file is over. */
  end(): void
}

/** A format of result files: a folder here, and a line in `formats.ts`. */
export interface Format {
  /** As `format=` names it: `junit`, `trx`. */
  name: string
  /** What a person calls it. */
  title: string
  /** Whether a file that starts like this (64 KiB of it at most) is one of the format. */
  recognises(head: string, filename: string): boolean
  /** A reader of one file, which calls the sink. */
  open(sink: Sink, options: ReaderOptions): OpenReader
}
