import type { ProjectClient } from '@assay/sdk'
import type { ResultCase } from '../formats/results-model.ts'
import type { AttachmentRoot } from './attachments.ts'
import type { KeyLocks } from './key-locks.ts'
import type { PlannedCase } from './plan-upload.ts'
import type { UploadSummary } from './upload-summary.ts'
import type { UploadTarget } from './upload-target.ts'

/** A case on its way to the server. */
export interface PendingCase extends PlannedCase {
  result: ResultCase
  /** The report as the user named it, for messages. */
  file: string
  /** Folder of the report: attachments are looked for beside it. */
  reportDirectory: string
}

/** What all groups of one upload share. */
export interface UploadState {
  project: ProjectClient
  target: UploadTarget
  summary: UploadSummary
  /** Whether a skipped case gets a run with `NO RUN`. */
  skippedMakesRun: boolean
  /** `null`: attachments are not sent. */
  attachRoot: AttachmentRoot | null
  /** Test id → its instance in the set, as far as known. */
  instances: Map<number, number>
  /** Fingerprints of ambiguous names already counted. */
  ambiguous: Set<string>
  testLocks: KeyLocks<number>
  /** Set when going on makes no sense; the rest is then named as not sent. */
  fatal: string | null
  /** Groups in a row that the server failed on. */
  strikes: number
}
