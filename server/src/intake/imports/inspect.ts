import { NumberSet } from '../../core/number-set.ts'
import type { Reader } from '../../db/handle.ts'
import type { IdentityOptions } from '../matching/identity.ts'
import { exactMatch } from '../matching/match-tests.ts'
import { testsByKey } from '../matching/matching.store.ts'
import type { Format } from '../readers/model.ts'
import { readingOf } from './read-cases.ts'
import { looksLike, notesOf, recogniseFile } from './read-report.ts'
import { read } from './reading-threads.ts'
import type { SentFile } from './unpack.ts'

/** A file that a format recognised, as the first reading found it. */
export interface Report {
  sent: SentFile
  format: Format
  cases: number
  /** Why it could not be read to its end. */
  cut: string | null
  notes: string[]
}

/** What is in an import, before anything of it is stored. */
export interface Inspection {
  reports: Report[]
  /** Files that no format recognised. */
  others: SentFile[]
  received: number
  /** Tests that cases name exactly, by key and file. */
  claimed: NumberSet
  codeowners: SentFile | undefined
}

/** Cases that are looked up together. */
const BATCH = 1000

const isCodeowners = ({ name }: SentFile) => /(?:^|\/)CODEOWNERS$/.test(name)

/** Reads an import for the first time: which files are reports, how many cases they hold, which tests they name. */
export async function inspect(
  files: readonly SentFile[],
  o: { reader: Reader; projectId: number; format: Format | undefined; timezone: string; identity: IdentityOptions },
): Promise<Inspection> {
  const inspection: Inspection = {
    reports: [],
    others: [],
    received: 0,
    claimed: new NumberSet(),
    codeowners: undefined,
  }
  let sought: { key: string; file: string }[] = []
  const claim = async () => {
    const candidates = await testsByKey(
      o.reader,
      o.projectId,
      sought.map(({ key }) => key),
    )
    for (const { key, file } of sought) {
      const exact = exactMatch(file, candidates.get(key) ?? [])
      if (exact) inspection.claimed.add(exact.test_id)
    }
    sought = []
  }
  for (const sent of files) {
    if (isCodeowners(sent)) {
      inspection.codeowners = sent
      continue
    }
    const format = o.format ?? (await recogniseFile(sent))
    if (format === undefined) {
      inspection.others.push(sent)
      continue
    }
    const reading = readingOf(sent, format, { timezone: o.timezone, identity: o.identity, skip: 0 })
    let cases = 0
    for await (const some of read('identities', reading)) {
      cases += some.length
      for (const { key, file, isNamed } of some) if (!isNamed) sought.push({ key, file })
      if (sought.length >= BATCH) await claim()
    }
    const { findings } = reading
    inspection.reports.push({ sent, format, cases, cut: findings.cut, notes: notesOf(findings) })
    inspection.received += cases
  }
  await claim()
  return inspection
}

/** One line a file that no format recognised: its name, `between`, and what it looks like. */
export async function namesOfOthers(others: readonly SentFile[], most: number, between: string): Promise<string[]> {
  const lines: string[] = []
  for (const sent of others.slice(0, most)) lines.push(`${sent.name}${between}: ${await looksLike(sent)}`)
  if (others.length > most) lines.push(`… and ${others.length - most} more`)
  return lines
}
