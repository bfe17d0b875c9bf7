import type { NumberSet } from '../../core/number-set.ts'
import type { Tx } from '../../db/handle.ts'
import type { InstanceRow } from '../../db/schema.ts'
import type { Context } from '../../engine/route.ts'
import type { StoredFile } from '../../resources/attachments/attachments.store.ts'
import type { NewTest } from '../../resources/tests/new-tests.ts'
import type { CaseHead } from '../readers/model.ts'
import type { WantedFile } from './attachments.ts'
import type { Progress, Refusal } from './imports.store.ts'
import type { PreparedRun } from './prepare-run.ts'
import type { ReadCase } from './read-cases.ts'

/** A case with everything that can be prepared before the transaction opens. */
export interface PreparedCase extends ReadCase {
  format: string
  /** Name of the file that holds it. */
  report: string
  runs: (PreparedRun & { stored: StoredFile[]; wanted: WantedFile[] })[]
  owner: string | null
}

/** What all batches of an import share. */
export interface ImportJob {
  context: Context
  importId: number
  build: {
    id: number
    startedAt: number
    branch: string | null
    commit: string | null
    isMainline: boolean
    /** Builds whose verdicts are looked at first as a base. */
    preferred: readonly number[]
    /** The last complete build of its pipeline. */
    lastComplete: number | undefined
  }
  setId: number
  shard: string
  attempt: number
  testerId: number | null
  version: string | null
  /** Custom fields of the runs of a case, as JSON: what the import says, and properties that are called like a field. */
  fieldsOfRun(tx: Tx, found: CaseHead): Promise<string>
  repeats: 'worst' | 'last'
  skipped: 'none' | 'no-run'
  /** When the receipt began: no run is later. */
  receivedAt: number
  claimed: Pick<NumberSet, 'has'>
  /** What a test that is made holds besides its name; undefined where none may be made. */
  newTest: NewTest | undefined
  whyNot: string
  note(text: string): void
}

/** What storing a batch adds to the receipt. */
export interface BatchResult {
  progress: Progress
  refusals: Refusal[]
  /** Names of the tests that it made. */
  made: string[]
}

export type Matched = PreparedCase & { testId: number; isNew: boolean }
export type Placed = Matched & { instance: InstanceRow }

/** The verdict of a case: of its last attempt. */
export const verdictOfCase = ({ runs }: PreparedCase) => (runs.at(-1) as PreparedRun).status

/** Runs that a case becomes: none for a skipped one, unless they are asked for. */
export function runsOf({ runs }: PreparedCase, skipped: ImportJob['skipped']) {
  return skipped === 'no-run' ? runs : runs.filter(({ status }) => status !== 'NO RUN')
}
