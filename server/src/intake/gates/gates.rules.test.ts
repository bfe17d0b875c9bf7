import { describe, expect, it } from 'vitest'
import { appliesTo, defaultRules, type Figures, judgeBuild, worst } from './gates.rules.ts'

const FIGURES: Figures = {
  state: 'complete',
  scope: 'full',
  infrastructure: false,
  results: 10,
  passed: 8,
  failed: 1,
  blocked: 0,
  noRun: 1,
  flaky: 1,
  newFailures: 1,
  unexplained: 1,
  missing: 0,
  missingShards: [],
  elapsed: 61_000,
  newCauses: 1,
  requirements: undefined,
}
const verdictOf = (rules: Parameters<typeof judgeBuild>[0], figures: Partial<Figures> = {}) =>
  judgeBuild(rules, { ...FIGURES, ...figures }).verdict

describe('a gate', () => {
  it.each([
    [{ 'max-new-failures': 1 }, {}, 'passed'],
    [{ 'max-new-failures': 0 }, {}, 'failed'],
    [{ 'max-unexplained': 0 }, { unexplained: 0 }, 'passed'],
    [{ 'max-elapsed': 61 }, {}, 'passed'],
    [{ 'max-elapsed': 60 }, {}, 'failed'],
    [{ 'min-results': 11 }, {}, 'failed'],
    [{ 'min-pass-rate': 0.88 }, {}, 'passed'],
    [{ 'min-pass-rate': 0.89 }, {}, 'failed'],
    [{ 'all-shards': true }, { missingShards: ['2/2'] }, 'failed'],
    [{ 'all-shards': true }, { state: 'cut' }, 'failed'],
    [{ 'all-shards': false }, { state: 'cut' }, 'passed'],
    [{ 'no-new-cause': true }, {}, 'failed'],
    [{ 'no-new-cause': true }, { newCauses: 0 }, 'passed'],
    [{ requirements: { ptql: 'x', must: 'covered' } }, { requirements: { of: 2, met: 2 } }, 'passed'],
    [{ requirements: { ptql: 'x', must: 'covered' } }, { requirements: { of: 0, met: 0 } }, 'failed'],
    [{ 'max-failed': 9 }, { results: 0, passed: 0, failed: 0, noRun: 0 }, 'failed'],
    [{ 'max-failed': 9 }, { infrastructure: true }, 'failed'],
    [{ 'max-failed': 0 }, { state: 'receiving' }, 'pending'],
  ] as const)('%o on %o: %s', (rules, figures, verdict) => expect(verdictOf(rules, figures)).toBe(verdict))

  it('is made for every build, by its kind and scope', () => {
    expect(defaultRules({ kind: 'change', scope: 'partial' })).toEqual({
      'max-new-failures': 0,
      'min-results': 1,
      'all-shards': true,
    })
    expect(defaultRules({ kind: 'mainline', scope: 'full' })).toEqual({
      'max-unexplained': 0,
      'min-results': 1,
      'all-shards': true,
      'max-missing': 0,
    })
  })

  it('applies where all of its lists do', () => {
    const build = { pipeline: 'ci', kind: 'change', branch: 'feature/a', setIds: [3] }
    const all = { pipelines: [], kinds: [], setIds: [], branches: [] }
    expect(appliesTo(all, build)).toBe(true)
    expect(
      appliesTo({ ...all, pipelines: ['c*'], branches: ['feature/*'], setIds: [3, 4], kinds: ['change'] }, build),
    ).toBe(true)
    expect(appliesTo({ ...all, setIds: [4] }, build)).toBe(false)
    expect(appliesTo({ ...all, branches: ['*'] }, { ...build, branch: null })).toBe(false)
  })

  it('fails where one of several does, and waits for those that wait', () => {
    expect(worst(['passed', 'pending', 'failed'])).toBe('failed')
    expect(worst(['passed', 'pending'])).toBe('pending')
    expect(worst(['passed'])).toBe('passed')
  })
})
