import { describe, expect, it } from 'vitest'
import { FLAKY_RULES, type FlakyState, type InstanceVerdict, judgeFlakiness, signalsOf } from './flaky.rules.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * A history, a letter a build, four hours apart: P and F on mainline, p and f of a change, q of the queue, r passed on
 * retry, S skipped.
 */
function history(
  letters: string,
  change: (verdict: InstanceVerdict, index: number) => Partial<InstanceVerdict> = () => ({}),
) {
  return [...letters].map((letter, index): InstanceVerdict => {
    const verdict: InstanceVerdict = {
      buildId: index + 1,
      startedAt: index * 4 * HOUR,
      kind: 'pf'.includes(letter) ? 'change' : letter === 'q' ? 'queue' : 'mainline',
      commit: `c${index}`,
      pullRequest: 'pf'.includes(letter) ? `${index}` : null,
      variant: '',
      isCut: false,
      isInfrastructure: false,
      isFullJob: true,
      verdict: letter === 'S' ? 'NO RUN' : 'Ff'.includes(letter) ? 'FAILED' : 'PASSED',
      passedOnRetry: letter === 'r',
      cause: 'Ffr'.includes(letter) ? 'cause' : null,
    }
    return { ...verdict, ...change(verdict, index) }
  })
}

const at = (numbers: readonly number[], change: Partial<InstanceVerdict>) => (_: InstanceVerdict, index: number) =>
  numbers.includes(index) ? change : {}

const judge = (verdicts: readonly InstanceVerdict[], previous: FlakyState = 'healthy', since = 0) =>
  judgeFlakiness(verdicts, { previous, since, now: verdicts.at(-1)?.startedAt ?? 0 })

const found = (verdicts: readonly InstanceVerdict[]) => [...signalsOf(verdicts)].map(([id, kinds]) => [id, ...kinds])

describe('signals', () => {
  it('are attempts that passed after one that failed, in any build', () => {
    expect(found(history('PPrP'))).toEqual([[3, 'retry']])
    expect(found(history('PPpP', at([2], { passedOnRetry: true, isCut: true })))).toEqual([[3, 'retry']])
  })

  it('are both verdicts for one tree, in the later build', () => {
    expect(found(history('PFP', at([0, 1], { commit: 'one' })))).toEqual([[2, 'same-tree']])
    expect(found(history('PfpP', at([1, 2], { commit: 'one' })))).toEqual([[3, 'same-tree']])
  })

  it.each<[string, InstanceVerdict[]]>([
    ['of other commits', history('PFP')],
    ['of other variants', history('PFP', (_, index) => ({ commit: 'one', variant: `${index}` }))],
    ['of a part of the tests', history('PFP', at([0, 1], { commit: 'one', isFullJob: false }))],
    ['of a build that was cut', history('PFP', (_, index) => ({ commit: 'one', isCut: index === 1 }))],
    ['of an import set aside', history('PFP', (_, index) => ({ commit: 'one', isInfrastructure: index === 1 }))],
    ['without a commit', history('PFP', () => ({ commit: null }))],
    ['of a skipped test', history('PSP', () => ({ commit: 'one' }))],
    [
      'of a merge commit built on another base',
      history('pf', (_, index) => ({ commit: 'one', baseCommit: `base ${index}` })),
    ],
    ['of a change whose base has moved since, as far as is known', history('pPf', at([0, 2], { commit: 'one' }))],
  ])('are no verdicts %s', (_, verdicts) => {
    expect(found(verdicts)).toEqual([])
  })

  it('are both verdicts for one base', () => {
    const sameBase = at([0, 2], { commit: 'one', baseCommit: 'base' })
    expect(found(history('pPf', sameBase))).toEqual([[3, 'same-tree']])
  })

  it('are isolated failures on mainline of a cause that comes again', () => {
    expect(found(history('PFPPFP'))).toEqual([
      [2, 'isolated'],
      [5, 'isolated'],
    ])
    expect(found(history('PFFPPFP'))).toEqual([
      [2, 'isolated'],
      [6, 'isolated'],
    ])
  })

  it.each<[string, InstanceVerdict[]]>([
    ['one honest regression and its fix', history('PPFFPPPP')],
    ['two of different causes', history('PFPPFP', (_, index) => (index === 4 ? { cause: 'other' } : {}))],
    ['failures of changes, in a queue', history('PfPqPfP')],
    ['more than two failing builds', history('PFFFPPFFFP')],
    ['what never passed before, or since', history('FPPPF')],
    [
      'a cause that was seen 31 days ago',
      history('PFPPFP', ({ startedAt }, index) => ({ startedAt: startedAt + (index > 2 ? 31 * DAY : 0) })),
    ],
    ['what failed in an import set aside', history('PFPPFP', at([1], { isInfrastructure: true }))],
    ['what hit many tests at once', history('PFPPFP', at([1, 4], { causeTests: FLAKY_RULES.outage }))],
    ['attempts of an outage that passed at last', history('PrPrP', at([1, 3], { causeTests: 500 }))],
  ])('are not: %s', (_, verdicts) => {
    expect(found(verdicts)).toEqual([])
  })
})

describe('judgeFlakiness', () => {
  it('says nothing of fewer than ten builds', () => {
    expect(judge(history('rrrrrrrrr')).state).toBe('healthy')
    expect(judge(history('rrrrrrrrrr')).state).toBe('flaky')
  })

  it('takes two signals and a share of one in twenty', () => {
    expect(judge(history(`${'P'.repeat(15)}r`)).state).toBe('healthy')
    expect(judge(history(`${'P'.repeat(15)}rPr`))).toMatchObject({ state: 'flaky', score: 2 / 18, builds: 18 })
  })

  it('looks at the last thirty builds of mainline and queue, and at changes in their time', () => {
    expect(judge(history(`rrrr${'P'.repeat(30)}`))).toMatchObject({ state: 'healthy', builds: 30, score: 0 })
    const changes = at([14, 15], { passedOnRetry: true })
    expect(judge(history(`${'P'.repeat(14)}pp${'q'.repeat(10)}`, changes))).toMatchObject({
      state: 'flaky',
      builds: 24,
      score: 2 / 26,
    })
  })

  it('is healthy again when twenty builds and three days have no signal', () => {
    expect(judge(history(`${'P'.repeat(10)}rr${'P'.repeat(19)}`), 'flaky').state).toBe('flaky')
    expect(judge(history(`${'P'.repeat(10)}rr${'P'.repeat(20)}`), 'flaky').state).toBe('healthy')
    const quick = history(`${'P'.repeat(10)}rr${'P'.repeat(20)}`, (_, index) => ({ startedAt: index * HOUR }))
    expect(judge(quick, 'flaky').state).toBe('flaky')
  })

  it('is broken when the last five verdicts on mainline failed without a signal', () => {
    expect(judge(history('PPPPPFFFF'))).toMatchObject({ state: 'healthy', failingSince: 6 })
    expect(judge(history('PPPPPFfFFqFF'))).toMatchObject({ state: 'broken', failingSince: 6 })
    expect(judge(history('PPPPPFFFFF', at([9], { passedOnRetry: true }))).state).toBe('healthy')
    expect(judge(history('PPPPPFFFFFPPPP'), 'broken')).toMatchObject({ state: 'healthy', failingSince: null })
  })

  it('begins anew when an issue is closed', () => {
    const verdicts = history(`${'P'.repeat(10)}rr${'P'.repeat(10)}`)
    expect(judge(verdicts).state).toBe('flaky')
    expect(judge(verdicts, 'healthy', 12 * 4 * HOUR)).toMatchObject({
      state: 'healthy',
      builds: 10,
      signals: new Map(),
    })
  })

  it('counts pull requests that it hit while it passed on mainline', () => {
    expect(judge(history('PffPFfP')).changesHit).toBe(2)
  })

  it('says nothing of nothing', () => {
    expect(judge([])).toEqual({
      state: 'healthy',
      score: 0,
      builds: 0,
      signals: new Map(),
      lastSignalAt: null,
      changesHit: 0,
      failingSince: null,
    })
  })
})
