import { matchesGlob } from '../builds/branches.ts'

/** What a gate asks of a build (contract §12). */
export interface GateRules {
  'max-new-failures'?: number
  'max-unexplained'?: number
  'max-failed'?: number
  'max-missing'?: number
  'max-blocked'?: number
  'max-flaky'?: number
  'max-no-run'?: number
  'min-results'?: number
  'min-pass-rate'?: number
  'max-elapsed'?: number
  'all-shards'?: boolean
  'no-new-cause'?: boolean
  requirements?: { ptql: string; must: 'covered' | 'passed' }
}

export type GateRule = keyof GateRules

export type Verdict = 'passed' | 'failed' | 'pending'

/** What gates look at in a build. */
export interface Figures {
  state: string
  scope: string
  infrastructure: boolean
  results: number
  passed: number
  failed: number
  blocked: number
  noRun: number
  flaky: number
  newFailures: number
  unexplained: number
  missing: number
  missingShards: readonly string[]
  /** Milliseconds; null while it runs. */
  elapsed: number | null
  /** Causes that were seen for the first time. */
  newCauses: number
  /** Requirements that a rule selects: how many there are, and how many are as they must be; undefined = none asked. */
  requirements: { of: number; met: number } | undefined
}

export interface JudgedRule {
  rule: GateRule
  limit: unknown
  actual: unknown
  verdict: Verdict
  explanation: string
}

/** The rules of a build that no gate is made for. */
export function defaultRules({ kind, scope }: { kind: string; scope: string }): GateRules {
  const own: GateRules = kind === 'change' ? { 'max-new-failures': 0 } : { 'max-unexplained': 0 }
  return { ...own, 'min-results': 1, 'all-shards': true, ...(scope === 'full' ? { 'max-missing': 0 } : {}) }
}

const plural = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`

type Maximum = Exclude<GateRule, 'min-results' | 'min-pass-rate' | 'all-shards' | 'no-new-cause' | 'requirements'>

const MAXIMA: Readonly<Record<Maximum, { of: (figures: Figures) => number; noun: string }>> = {
  'max-new-failures': { of: ({ newFailures }) => newFailures, noun: 'new failure' },
  'max-unexplained': { of: ({ unexplained }) => unexplained, noun: 'unexplained failure' },
  'max-failed': { of: ({ failed }) => failed, noun: 'failed test' },
  'max-missing': { of: ({ missing }) => missing, noun: 'missing test' },
  'max-blocked': { of: ({ blocked }) => blocked, noun: 'blocked test' },
  'max-flaky': { of: ({ flaky }) => flaky, noun: 'flaky test' },
  'max-no-run': { of: ({ noRun }) => noRun, noun: 'skipped test' },
  'max-elapsed': { of: ({ elapsed }) => Math.ceil((elapsed ?? 0) / 1000), noun: 'second' },
}

function judge(rule: GateRule, limit: unknown, figures: Figures): Omit<JudgedRule, 'rule' | 'limit'> {
  const result = (actual: unknown, passes: boolean, explanation: string) => ({
    actual,
    verdict: (passes ? 'passed' : 'failed') as Verdict,
    explanation,
  })
  if (rule in MAXIMA) {
    const { of, noun } = MAXIMA[rule as Maximum]
    const actual = of(figures)
    const most = Number(limit)
    return result(actual, actual <= most, `${plural(actual, noun)}; at most ${most} allowed`)
  }
  if (rule === 'min-results') {
    return result(
      figures.results,
      figures.results >= Number(limit),
      `${plural(figures.results, 'result')}; at least ${limit} expected`,
    )
  }
  if (rule === 'min-pass-rate') {
    const judged = figures.passed + figures.failed + figures.blocked
    const rate = judged === 0 ? 0 : figures.passed / judged
    return result(
      Math.round(rate * 10_000) / 10_000,
      judged > 0 && rate >= Number(limit),
      `${(rate * 100).toFixed(2)} % passed; at least ${(Number(limit) * 100).toFixed(2)} % expected`,
    )
  }
  if (rule === 'all-shards') {
    const { missingShards, state } = figures
    const isWhole = missingShards.length === 0 && state !== 'cut' && state !== 'incomplete'
    const why = state === 'cut' ? 'a report ended early' : `missing: ${missingShards.slice(0, 10).join(', ') || 'none'}`
    return result(missingShards, limit !== true || isWhole, isWhole ? 'all shards came' : why)
  }
  if (rule === 'no-new-cause') {
    const { newCauses } = figures
    return result(newCauses, limit !== true || newCauses === 0, `${plural(newCauses, 'cause')} never seen before`)
  }
  const { of, met } = figures.requirements ?? { of: 0, met: 0 }
  const must = (limit as NonNullable<GateRules['requirements']>).must
  return result({ of, met }, met === of && of > 0, `${met} of ${plural(of, 'requirement')} ${must}`)
}

/** Judges a build by rules. What has no results never passes, and while it is received nothing is decided but failures. */
export function judgeBuild(rules: GateRules, figures: Figures): { verdict: Verdict; rules: JudgedRule[] } {
  const isOpen = figures.state === 'receiving'
  const judged = (Object.entries(rules) as [GateRule, unknown][]).map(([rule, limit]): JudgedRule => {
    const one = judge(rule, limit, figures)
    return { rule, limit, ...one, verdict: isOpen ? 'pending' : one.verdict }
  })
  if (isOpen) return { verdict: 'pending', rules: judged }
  const fails = figures.infrastructure || figures.results === 0 || judged.some(({ verdict }) => verdict === 'failed')
  return { verdict: fails ? 'failed' : 'passed', rules: judged }
}

/** What a gate applies to; an empty list is all. */
export interface GateScope {
  pipelines: readonly string[]
  kinds: readonly string[]
  setIds: readonly number[]
  branches: readonly string[]
}

/** Whether a gate applies to a build. */
export function appliesTo(
  { pipelines, kinds, setIds, branches }: GateScope,
  build: { pipeline: string; kind: string; branch: string | null; setIds: readonly number[] },
): boolean {
  const among = <T>(list: readonly T[], matches: (each: T) => boolean) => list.length === 0 || list.some(matches)
  return (
    among(pipelines, (glob) => matchesGlob(glob, build.pipeline)) &&
    among(kinds, (kind) => kind === build.kind) &&
    among(setIds, (id) => build.setIds.includes(id)) &&
    among(branches, (glob) => build.branch !== null && matchesGlob(glob, build.branch))
  )
}

/** The worst of several verdicts. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('failed')) return 'failed'
  return verdicts.includes('pending') ? 'pending' : 'passed'
}
