import { type Identity, type IdentityOptions, identify } from '../matching/identity.ts'
import { formatNamed } from '../readers/formats.ts'
import type { Case, CaseHead, Format } from '../readers/model.ts'
import { type PreparedRun, prepareRun } from './prepare-run.ts'
import { type Findings, readReport } from './read-report.ts'
import type { SentFile } from './unpack.ts'

/** A case as it goes to storing: which test it is of, and its attempts as runs. Plain data. */
export interface ReadCase {
  found: CaseHead
  identity: Identity
  runs: PreparedRun[]
}

/** What names the test of a case. */
export interface ReadIdentity extends Pick<Identity, 'key' | 'file'> {
  /** Whether the case names its test by a number. */
  isNamed: boolean
}

/** What a file can be read for: everything of its cases, or only which tests they are of. */
export interface Wanted {
  cases: ReadCase
  identities: ReadIdentity
}

/** A file, and how it is read. Plain data but for what is found. */
export interface Reading {
  sent: SentFile
  format: string
  timezone: string
  identity: IdentityOptions
  /** So many cases at its beginning are passed over. */
  skip: number
  /** Complete when the file is read. */
  findings: Findings
}

export const readingOf = (
  sent: SentFile,
  { name }: Format,
  o: Pick<Reading, 'timezone' | 'identity' | 'skip'>,
): Reading => ({ sent, format: name, ...o, findings: { notes: new Map(), cut: null } })

const READ: { [W in keyof Wanted]: (found: Case, identity: IdentityOptions) => Wanted[W] } = {
  identities(found, options) {
    const { key, file, named } = identify(found, options)
    return { key, file, isNamed: named !== undefined }
  },
  cases(whole, options) {
    const { attempts, ...found } = whole
    return { found, identity: identify(whole, options), runs: attempts.map((attempt) => prepareRun(whole, attempt)) }
  },
}

/** Reads a file in this thread and yields what is wanted of its cases, some at a time. */
export async function* readHere<W extends keyof Wanted>(what: W, reading: Reading): AsyncGenerator<Wanted[W][]> {
  const { sent, timezone, identity, findings } = reading
  let left = reading.skip
  for await (const some of readReport(sent, formatNamed(reading.format) as Format, { timezone, findings })) {
    const skipped = Math.min(left, some.length)
    left -= skipped
    const wanted = skipped === 0 ? some : some.slice(skipped)
    if (wanted.length > 0) yield wanted.map((found) => READ[what](found, identity))
  }
}
