import type { RunStatus } from '../server/src/core/run-statuses.ts'
import { openDatabase } from '../server/src/db/database.ts'
import { COUNTED } from '../server/src/db/store.ts'
import { combine, countStatuses, isLater } from '../server/src/features/statuses/statuses.rules.ts'
import { newFolder } from './server-process.ts'

export type StoredProject = Awaited<ReturnType<typeof readProject>>

/** The rows of one project on PostgreSQL, read past the servers. */
export async function readProject(databaseUrl: string, projectId: number) {
  const database = openDatabase({ dataDir: newFolder(), databaseUrl })
  const { db } = database.read
  const here = ['project_id', '=', projectId] as const
  try {
    const counts = COUNTED.map(async (kind) => {
      const query = db.selectFrom(kind as 'runs').select(({ fn }) => fn.countAll<number>().as('n'))
      return [kind, Number((await query.where(...here).executeTakeFirstOrThrow()).n)] as const
    })
    return {
      counts: new Map(await Promise.all(counts)),
      counters: await db
        .selectFrom('counters')
        .selectAll()
        .where(...here)
        .execute(),
      requirements: await db
        .selectFrom('requirements')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      tests: await db
        .selectFrom('tests')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      sets: await db
        .selectFrom('sets')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      instances: await db
        .selectFrom('instances')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      runs: await db
        .selectFrom('runs')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      issues: await db
        .selectFrom('issues')
        .selectAll()
        .where(...here)
        .orderBy('id')
        .execute(),
      links: await db
        .selectFrom('links')
        .selectAll()
        .where(...here)
        .execute(),
    }
  } finally {
    await database.close()
  }
}

const latestOf = (runs: StoredProject['runs']) =>
  runs.reduce((best, run) => (best && isLater(best, run) ? best : run), runs[0])

const lastOf = (rows: { last_run_at: number | null }[]) => {
  const dates = rows.flatMap((row) => row.last_run_at ?? [])
  return dates.length > 0 ? Math.max(...dates) : null
}

const combined = (rows: { run_status: string }[]) =>
  combine(countStatuses(rows.map((row) => row.run_status as RunStatus)))

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
    kept.push(['test', row.id, row.run_status, row.last_run_at, row.last_run_id])
    computed.push(['test', row.id, run?.status ?? 'NO RUN', run?.run_date ?? null, run?.id ?? null])
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
