import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  ENTITY_WORDS,
  type EntityName,
  type EntityWord,
  type FieldEntity,
  KINDS,
  type LinkKind,
  namesType,
  naming,
  reachedFrom,
  readEntityName,
  readEntityWord,
  type TableWith,
  tablesWith,
  type WordWith,
  wordsWith,
} from './kinds.ts'

describe('the kinds that have a trait', () => {
  it('are known to the compiler: a table of theirs that lacks one, or has one more, does not compile', () => {
    // @ts-expect-error issues are forgotten
    const short: Record<WordWith<'folder'>, number> = { requirement: 1, test: 1, testset: 1 }
    // @ts-expect-error runs lie in no folder
    const long: Record<WordWith<'folder'>, number> = { requirement: 1, test: 1, testset: 1, issue: 1, run: 1 }
    expect(Object.keys(long)).toHaveLength(Object.keys(short).length + 2)
    expectTypeOf<TableWith<'milestone'>>().toEqualTypeOf<'sets'>()
    expectTypeOf<EntityName>().toEqualTypeOf<'Requirement' | 'Test' | 'TestSet' | 'Issue' | 'Milestone'>()
    expectTypeOf<FieldEntity>().toEqualTypeOf<EntityName | 'Instance' | 'Run'>()
  })

  it('are listed in the order of KINDS', () => {
    expect(wordsWith('folder')).toEqual(['requirement', 'test', 'testset', 'issue'])
    expect(tablesWith('ptql')).toEqual(['requirements', 'tests', 'sets', 'issues', 'milestones'])
  })
})

describe('the rows', () => {
  it('name types and words that there are', () => {
    type Row = (typeof KINDS)[EntityWord]
    expectTypeOf<Extract<Row, { links: unknown }>['links'][number]>().toExtend<LinkKind>()
    expectTypeOf<Extract<Row, { reaches: unknown }>['reaches'][number]>().toExtend<WordWith<'ptql'>>()
  })

  it('share no name: each type, table, title and event leads to one kind', () => {
    for (const key of ['type', 'table', 'noun', 'title', 'event', 'relation'] as const) {
      const names = ENTITY_WORDS.flatMap((word) => (key in KINDS[word] ? [KINDS[word][key as 'type']] : []))
      expect(new Set(names).size, key).toBe(names.length)
    }
  })
})

describe('naming', () => {
  it('is the head of a declaration', () => {
    expect(naming('step-run')).toEqual({ type: 'step-runs', path: 'step_runs', noun: 'step-run', table: 'step_runs' })
    expect(naming('milestone')).toMatchObject({
      fieldEntity: 'Milestone',
      relationships: ['requirements', 'issues', 'suites'],
    })
  })
})

describe('spellings', () => {
  it('of entity words: the word, the type and the noun, singular or plural, among those allowed', () => {
    for (const word of ['testset', 'TestSets', 'sets', 'set', 'test_set', ' test-sets ']) {
      expect(readEntityWord(word, ENTITY_WORDS), word).toBe('testset')
    }
    for (const word of ['suite', 'test set', '', undefined, 7])
      expect(readEntityWord(word, ENTITY_WORDS)).toBe(undefined)
    expect(readEntityWord('step_runs', ENTITY_WORDS)).toBe('step-run')
    expect(readEntityWord('milestone', wordsWith('attachments'))).toBe(undefined)
  })

  it('of identifiers: those, and the relation', () => {
    for (const word of ['sets', 'suite', 'Suites', 'testset', 'test-set'])
      expect(namesType(word, 'sets'), word).toBe(true)
    expect(namesType('tests', 'sets')).toBe(false)
    expect(namesType('step-run', 'step-runs')).toBe(true)
    expect(namesType('User', 'users')).toBe(true)
  })

  it('of queries: with any separators', () => {
    for (const word of ['TestSet', 'test sets', 'set', 'Suites']) expect(readEntityName(word), word).toBe('TestSet')
    for (const word of ['run', 'step', 'constructor', '']) expect(readEntityName(word), word).toBe(undefined)
  })
})

describe('reachedFrom', () => {
  it('is what links lead to, and what instances and milestones do', () => {
    expect(reachedFrom('Test')).toEqual(['Requirement', 'Issue', 'TestSet', 'Milestone'])
    expect(reachedFrom('Issue')).toEqual(['Issue', 'Requirement', 'Test', 'Milestone'])
    expect(reachedFrom('TestSet')).toEqual(['Test', 'Milestone', 'Issue'])
  })
})
