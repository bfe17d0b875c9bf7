import { MAX_RENAMES } from '../../core/limits.ts'
import { createPause } from '../../core/pause.ts'

/** What a report calls a test; a test has one for each of its keys. */
export interface Called {
  testId: number
  name: string
  className: string | null
  file: string
}

export const REASONS = ['name and class', 'name and file', 'file and words', 'by hand'] as const
export type Reason = (typeof REASONS)[number]

/** A test that is missing, `from`, and one that is new, `to`, which may be one. */
export interface Pair {
  from: number
  to: number
  reason: Reason
}

export interface Pairs {
  /** Neither of the two agrees with any other. */
  certain: Pair[]
  doubtful: Pair[]
  /** Not everything was compared with everything. */
  isLimited: boolean
}

/** Words of a name that must agree, of those of the longer one. */
const SHARE = 0.9

/** From so many words on one may differ; shorter names agree in all of them, and in their order: `1 2` is not `2 1`. */
const LONG = 10

/** Of a file, so many long names that are new, or missing, are compared one by one. */
const COMPARED = 20

/** So many pairs of a test are proposed for each way in which it agrees with others. */
const PROPOSED = 10

/** The words of a name, as people write them: `addsItem`, `adds_item` and `Adds item` have the same. */
export const wordsOf = (name: string): string[] =>
  (name.match(/\p{Lu}?[\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{M}\p{N}]+|\p{Lu}+/gu) ?? []).map((word) => word.toLowerCase())

/** Whether nine of ten words are the same, in whatever order: a word that was put elsewhere is one that moved. */
export function shareWords(one: readonly string[], other: readonly string[]): boolean {
  const longer = Math.max(one.length, other.length)
  if (longer === 0 || Math.min(one.length, other.length) < SHARE * longer) return false
  const left = new Map<string, number>()
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of other) {
    const n = left.get(word) ?? 0
    if (n === 0) continue
    left.set(word, n - 1)
    shared++
  }
  return shared >= SHARE * longer
}

/** Tests that agree in one way. */
interface Group {
  reason: Reason
  missing: Set<number>
  news: Set<number>
}

/** What a test agrees with others by: a key of a group for each way. */
function* agreements({ name, className, file }: Called): Generator<[key: string, reason: Reason]> {
  if (className !== null) yield [JSON.stringify([0, name, className]), 'name and class']
  if (file === '') return
  yield [JSON.stringify([1, name, file]), 'name and file']
  const words = wordsOf(name)
  if (words.length > 0) yield [JSON.stringify([2, file, words]), 'file and words']
}

/** A name that is long enough for a word to differ. */
interface LongName {
  testId: number
  words: string[]
}

const longNames = (all: readonly Called[]): Map<string, LongName[]> =>
  Map.groupBy(
    all.flatMap(({ testId, name, file }) => {
      const words = file === '' ? [] : wordsOf(name)
      return words.length < LONG ? [] : [{ testId, words, file }]
    }),
    ({ file }) => file,
  )

const SEVERAL = -1

/** Tests with the only one that each agrees with, or that there are several. */
class Counterparts {
  readonly #of = new Map<number, number>()

  meet(test: number, other: number): void {
    const known = this.#of.get(test)
    this.#of.set(test, known === undefined || known === other ? other : SEVERAL)
  }

  meetAll(test: number, others: ReadonlySet<number>): void {
    const [first, second] = others
    if (first !== undefined) this.meet(test, second === undefined ? first : SEVERAL)
  }

  areOnly({ from, to }: Pair): boolean {
    return this.#of.get(from) === to && this.#of.get(to) === from
  }
}

/**
 * Pairs of a new test and a missing one that agree in name and class, in name and file, or in file and nine of ten words
 * (contract, result-files.md, Renames). Tests are not compared each with each: those that agree meet under one key, and
 * long names of one file are compared where few of them are new, or missing.
 */
export async function pairsOf(news: readonly Called[], missing: readonly Called[]): Promise<Pairs> {
  const pause = createPause()
  const groups = new Map<string, Group>()
  for (const each of missing) {
    await pause()
    for (const [key, reason] of agreements(each)) {
      const group = groups.get(key) ?? { reason, missing: new Set(), news: new Set() }
      groups.set(key, group)
      group.missing.add(each.testId)
    }
  }
  for (const each of news) {
    await pause()
    for (const [key] of agreements(each)) groups.get(key)?.news.add(each.testId)
  }
  const counterparts = new Counterparts()
  const pairs = new Map<string, Pair>()
  const propose = (pair: Pair) => {
    const name = `${pair.from} ${pair.to}`
    if (!pairs.has(name)) pairs.set(name, pair)
  }
  let isLimited = false
  for (const group of groups.values()) {
    await pause()
    for (const from of group.missing) counterparts.meetAll(from, group.news)
    const first = [...group.missing].slice(0, PROPOSED)
    if (group.news.size > 0 && group.missing.size > PROPOSED) isLimited = true
    for (const to of group.news) {
      counterparts.meetAll(to, group.missing)
      for (const from of first) propose({ from, to, reason: group.reason })
    }
  }
  const missingByFile = longNames(missing)
  for (const [file, ofFile] of longNames(news)) {
    const others = missingByFile.get(file) ?? []
    if (Math.min(ofFile.length, others.length) > COMPARED) {
      isLimited = true
      continue
    }
    for (const one of ofFile) {
      for (const other of others) {
        await pause()
        if (!shareWords(one.words, other.words)) continue
        counterparts.meet(one.testId, other.testId)
        counterparts.meet(other.testId, one.testId)
        propose({ from: other.testId, to: one.testId, reason: 'file and words' })
      }
    }
  }
  const { certain = [], doubtful = [] } = Object.groupBy(pairs.values(), (pair) =>
    counterparts.areOnly(pair) ? 'certain' : 'doubtful',
  )
  return { certain, doubtful, isLimited }
}

/** Whether so many tests are new or missing in a build that its renames are not looked for. */
export const areTooMany = (tests: number): boolean => tests > MAX_RENAMES.tests

/** How far the clocks of servers may differ, and requests that begin together. */
const SKEW = 600_000

/** From when on a test that a build has was made by it: the first of its imports need not be that which made the build. */
export const madeFrom = ({ started_at: startedAt }: { started_at: number }): number => startedAt - SKEW
