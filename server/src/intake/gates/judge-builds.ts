import type { Reader } from '../../db/handle.ts'
import type { BuildRow } from '../builds/builds.store.ts'
import { explainedCounts } from '../builds/explained.list.ts'
import {
  appliesTo,
  defaultRules,
  type Figures,
  type GateRules,
  judgeBuild,
  type Verdict,
  worst,
} from './gates.rules.ts'
import { countNewCauses, type GateRow, gatesOf } from './gates.store.ts'

/** A gate as rules are judged by. */
export interface Gate {
  /** null: the one that every build has which no other applies to. */
  id: number | null
  rules: GateRules
}

const scopeOf = (gate: GateRow) => ({
  pipelines: JSON.parse(gate.pipelines) as string[],
  kinds: JSON.parse(gate.kinds) as string[],
  setIds: JSON.parse(gate.set_ids) as number[],
  branches: JSON.parse(gate.branches) as string[],
})

/** The gates that apply to a build. */
export function gatesFor(build: BuildRow, all: readonly GateRow[]): Gate[] {
  const shown = { ...build, setIds: JSON.parse(build.set_ids) as number[] }
  const own = all.filter((gate) => appliesTo(scopeOf(gate), shown))
  if (own.length === 0) return [{ id: null, rules: defaultRules(build) }]
  return own.map((gate) => ({ id: gate.id, rules: JSON.parse(gate.rules) as GateRules }))
}

/** What gates look at in a build, as far as these gates ask for it. */
export async function figuresOf(
  reader: Reader,
  build: BuildRow,
  gates: readonly Gate[],
  unexplained: number,
): Promise<Figures> {
  const asksCauses = gates.some(({ rules }) => rules['no-new-cause'] === true)
  return {
    state: build.state,
    scope: build.scope,
    infrastructure: build.infrastructure === 1,
    results: build.passed + build.failed + build.blocked + build.no_run,
    passed: build.passed,
    failed: build.failed,
    blocked: build.blocked,
    noRun: build.no_run,
    flaky: build.flaky,
    newFailures: build.new_failures,
    unexplained,
    missing: build.missing,
    missingShards: JSON.parse(build.missing_shards) as string[],
    elapsed: build.finished_at === null ? null : build.finished_at - build.started_at,
    newCauses: asksCauses ? await countNewCauses(reader, build.project_id, build.id) : 0,
    requirements: undefined,
  }
}

/** What the gates of builds say, by build. */
export async function gateVerdicts(
  reader: Reader,
  projectId: number,
  builds: readonly (BuildRow & { unexplained: number })[],
): Promise<Map<number, Verdict>> {
  const all = await gatesOf(reader, projectId)
  const verdicts = new Map<number, Verdict>()
  for (const build of builds) {
    const gates = gatesFor(build, all)
    const figures = await figuresOf(reader, build, gates, build.unexplained)
    verdicts.set(build.id, worst(gates.map(({ rules }) => judgeBuild(rules, figures).verdict)))
  }
  return verdicts
}

/** What the gates of one build say as it is now. */
export async function gateOf(reader: Reader, build: BuildRow): Promise<Verdict> {
  const counts = await explainedCounts(reader, build.project_id, [build.id], Date.now())
  const unexplained = counts.get(build.id)?.unexplained ?? 0
  const verdicts = await gateVerdicts(reader, build.project_id, [{ ...build, unexplained }])
  return verdicts.get(build.id) as Verdict
}
