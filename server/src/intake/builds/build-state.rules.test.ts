import { describe, expect, it } from 'vitest'
import { buildState, contradicts, missingShards, type Part, shardsOf } from './build-state.rules.ts'

const part = (id: number, shard: string | null, more: Partial<Part> = {}): Part => ({
  id,
  variant: '',
  shard,
  attempt: 1,
  state: 'stored',
  ...more,
})
const NOTHING = { expected: null, learned: undefined }
const stateOf = (parts: Part[], o: Partial<Parameters<typeof buildState>[1]> = {}) =>
  buildState(shardsOf(parts), { missing: [], set: null, lastImportAt: 0, timeout: 100, now: 50, ...o })

describe('shards of a build', () => {
  it('are those that came, each with its newest attempt', () => {
    const shards = shardsOf([
      part(1, '1/2', { state: 'cut' }),
      part(3, '1/2', { attempt: 2 }),
      part(2, null, { variant: 'mac' }),
    ])
    expect(shards).toEqual([
      { variant: '', shard: '1/2', attempt: 2, state: 'stored' },
      { variant: 'mac', shard: null, attempt: 1, state: 'stored' },
    ])
  })

  it('are expected by number, by name, by k/n, or as they came last', () => {
    const two = shardsOf([part(1, '1/3'), part(2, '3/3')])
    expect(missingShards(two, NOTHING)).toEqual(['2/3'])
    expect(missingShards(two, { ...NOTHING, expected: 4 })).toEqual(['shard 3 of 4', 'shard 4 of 4'])
    expect(missingShards(two, { ...NOTHING, expected: ['1/3', 'lint'] })).toEqual(['lint'])
    const learned = shardsOf([part(1, 'a'), part(2, 'b'), part(3, '1/2', { variant: 'mac' })])
    expect(missingShards(shardsOf([part(4, 'a')]), { ...NOTHING, learned })).toEqual(['b', 'mac 1/2'])
    const other = shardsOf([part(4, 'a'), part(5, '1/1', { variant: 'mac' })])
    expect(missingShards(other, { ...NOTHING, learned })).toEqual(['b'])
    expect(missingShards([], NOTHING)).toEqual([])
  })

  it('contradict each other where they say another n', () => {
    expect(contradicts(shardsOf([part(1, '1/3')]), { variant: '', of: 4 })).toBe(true)
    expect(contradicts(shardsOf([part(1, '1/3')]), { variant: 'mac', of: 4 })).toBe(false)
  })
})

describe('the state of a build', () => {
  it.each([
    ['receiving', 'before anything came', stateOf([])],
    ['receiving', 'while an import is received', stateOf([part(1, null, { state: 'receiving' })])],
    ['receiving', 'while a shard is missing', stateOf([part(1, '1/2')], { missing: ['2/2'] })],
    ['incomplete', 'when a shard is missing for too long', stateOf([part(1, '1/2')], { missing: ['2/2'], now: 100 })],
    ['complete', 'when all came', stateOf([part(1, null)])],
    ['cut', 'when the only import was cut', stateOf([part(1, null, { state: 'cut' })])],
    [
      'complete',
      'when a later attempt mends a cut one',
      stateOf([part(1, null, { state: 'cut' }), part(2, null, { attempt: 2 })]),
    ],
    [
      'complete',
      'when it was said to be, whatever is missing',
      stateOf([part(1, '1/2')], { missing: ['2/2'], set: 'complete' }),
    ],
  ])('is %s %s', (wanted, _when, state) => expect(state).toBe(wanted))
})
