import { runSql } from '../test-support/run-sql.ts'
import { latestOf, statusOfWhole } from './statuses.ts'

interface Rolled {
  id: number
  run_status: string
  last_run_at: number | null
}

interface Named {
  id: number
  name: string
  display_id: number
}

/** The columns that tests look at; rows have more. */
interface Tables {
  counters: { name: string; value: number }
  requirements: Named & Rolled & { instances_count: number }
  tests: Named & Rolled & { last_run_id: number | null }
  sets: Named & Rolled & { instances_count: number; count_failed: number }
  instances: Rolled & { set_id: number; test_id: number; number: number; last_run_id: number | null }
  runs: {
    id: number
    instance_id: number
    set_id: number
    test_id: number
    status: string
    run_date: number
    created_at: number
    automated_execution_output: string | null
  }
  issues: { id: number; display_id: number }
  links: { from_kind: string; from_id: number; to_kind: string; to_id: number }
}

export type StoredProject = Awaited<ReturnType<typeof readProject>>

/** Tables whose rows are counted as they come and go. */
const COUNTED = ['requirements', 'tests', 'steps', 'sets', 'instances', 'runs', 'step_runs', 'issues', 'milestones']

/** The rows of one project on PostgreSQL, read past the servers. */
export async function readProject(databaseUrl: string, projectId: number) {
  const rows = <Table extends keyof Tables>(table: Table, order = 'id') =>
    runSql<Tables[Table]>(databaseUrl, `select * from ${table} where project_id = $1 order by ${order}`, [projectId])
  const counters = await rows('counters', 'name')
  const counted = counters.flatMap(({ name }) => (name.endsWith('.count') ? [name.slice(0, -'.count'.length)] : []))
  const counts = [...new Set([...COUNTED, ...counted])].map(async (table) => {
    const count = `select count(*) as n from ${table} where project_id = $1`
    const [row] = await runSql<{ n: number }>(databaseUrl, count, [projectId])
    return [table, row?.n] as const
  })
  return {
    counts: new Map(await Promise.all(counts)),
    counters,
    requirements: await rows('requirements'),
    tests: await rows('tests'),
    sets: await rows('sets'),
    instances: await rows('instances'),
    runs: await rows('runs'),
    issues: await rows('issues'),
    links: await rows('links', 'from_kind, from_id, to_kind, to_id'),
  }
}

const lastOf = (rows: { last_run_at: number | null }[]) => {
  const dates = rows.flatMap((row) => row.last_run_at ?? [])
  return dates.length > 0 ? Math.max(...dates) : null
}

const combined = (rows: { run_status: string }[]) => statusOfWhole(rows.map((row) => row.run_status))

/** Everything that a project keeps, next to the same computed from the rows it is made of. */
export function keptAndComputed(stored: StoredProject): { kept: unknown[]; computed: unknown[] } {
  const kept: unknown[] = []
  const computed: unknown[] = []
  for (const row of stored.instances) {
    const run = latestOf(stored.runs.filter((each) => each.instance_id === row.id))
    kept.push(['instance', row.id, row.run_status, row.last_run_at, row.last_run_id])
    computed.push(['instance', row.id, run?.status ?? 'NO RUN', run?.run_date ?? null, run?.id ?? null])
  }
  for (const row of stored.sets) {
    const own = stored.instances.filter((instance) => instance.set_id === row.id)
    kept.push(['set', row.id, row.run_status, row.instances_count, row.last_run_at, row.count_failed])
    const failed = own.filter((instance) => instance.run_status === 'FAILED').length
    computed.push(['set', row.id, combined(own), own.length, lastOf(own), failed])
  }
  for (const row of stored.tests) {
    const run = latestOf(stored.runs.filter((each) => each.test_id === row.id))
    // Instances of one test in the set of its latest run count together, as far as they have a run.
    const beside = stored.instances.filter(
      (each) => each.test_id === row.id && each.set_id === run?.set_id && each.last_run_at !== null,
    )
    kept.push(['test', row.id, row.run_status, row.last_run_at, row.last_run_id])
    computed.push(['test', row.id, combined(beside), run?.run_date ?? null, run?.id ?? null])
  }
  for (const row of stored.requirements) {
    const linked = stored.links.filter(
      (link) => link.from_kind === 'requirements' && link.from_id === row.id && link.to_kind === 'tests',
    )
    const covered = new Set(linked.map((link) => link.to_id))
    const own = stored.tests.filter((test) => covered.has(test.id))
    const instances = stored.instances.filter((instance) => covered.has(instance.test_id)).length
    kept.push(['requirement', row.id, row.run_status, row.instances_count, row.last_run_at])
    computed.push(['requirement', row.id, combined(own), instances, lastOf(own)])
  }
  for (const [kind, n] of stored.counts) {
    kept.push([kind, stored.counters.find(({ name }) => name === `${kind}.count`)?.value])
    computed.push([kind, n])
  }
  return { kept, computed }
}

/** Links that stand from one end only, or that lead to something which is gone. */
export function brokenLinks({ links, tests, requirements, issues }: StoredProject): unknown[] {
  const known = new Set([
    ...tests.map(({ id }) => `tests ${id}`),
    ...requirements.map(({ id }) => `requirements ${id}`),
    ...issues.map(({ id }) => `issues ${id}`),
  ])
  const ends = new Set(links.map((link) => `${link.from_kind} ${link.from_id} ${link.to_kind} ${link.to_id}`))
  return links.filter(
    (link) =>
      !known.has(`${link.to_kind} ${link.to_id}`) ||
      !ends.has(`${link.to_kind} ${link.to_id} ${link.from_kind} ${link.from_id}`),
  )
}
