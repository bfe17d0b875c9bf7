import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPostgresDatabase } from '../../../test-support/postgres-database.ts'
import { LISTS } from '../app/registry.ts'
import { parseQuery } from '../core/jsonapi/query.ts'
import { type ResourceList, selectOf } from '../engine/resource-list.ts'
import type { Context } from '../engine/route.ts'
import { readSort, type Sort, sortablesOf } from '../engine/sorting.ts'
import { fillTables } from '../test/fill-tables.ts'
import { type PlanNode, rowsVisited } from '../test/rows-visited.ts'
import { openDatabase } from './database.ts'
import type { Database } from './handle.ts'
import { inOrder, startAfter, stretchesOf } from './list.ts'

const ROWS = 100_000
/** Far less than a table, and more than the rows of a page, of a set, or of a handful of ids. */
const FEW = 3000

/** Filters that the contract serves from an index of their own, and what SQLite must say that it searches. */
const FILTERS: Record<string, [query: string, searched: string][]> = {
  requirements: [
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'requirements_letters'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  tests: [
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'tests_letters'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  sets: [
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'sets_letters'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  issues: [
    ['title_exact=x', 'name_hash=?'],
    ['title_like=e 9932', 'issues_letters'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  milestones: [
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'milestones_letters'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  steps: [
    ['test-ids=1,2', 'test_id=?'],
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'steps_letters'],
  ],
  instances: [
    ['set-ids=1', 'set_id=?'],
    ['test-ids=1,2', 'test_id=?'],
    ['test-display-ids=1,2', 'display_id=?'],
    ['name_exact=x', 'name_hash=?'],
    ['name_like=e 9932', 'tests_letters'],
    ['display-id=1:2', 'display_id=?'],
  ],
  runs: [
    ['set-ids=1', 'set_id=?'],
    ['test-ids=1,2', 'test_id=?'],
    ['instance-ids=1', 'instance_id=?'],
    ['run-type=ManualRun', 'run_type=?'],
    ['updated-hours-ago=24', 'updated_at>?'],
  ],
  'step-runs': [
    ['run-ids=1,2', 'run_id=?'],
    ['name_exact=x', 'name_hash=?'],
    ['status=FAILED', 'status=?'],
  ],
  folders: [['entity=test', 'project_id=?']],
  filters: [['entity=test', 'project_id=?']],
  users: [['email=user5@example.org', 'email=?']],
  'history-events': [
    ['since=1970-01-01T00:00:01Z&until=1970-01-01T00:00:02Z', 'history_in_order (project_id=? AND created_at>?'],
    ['entity=test&entity-id=1', 'entity_id=?'],
    ['entity-id=1', 'entity_id=?'],
    ['entity=test', 'entity=?'],
    ['user-id=1', 'user_id=?'],
    ['action=delete', 'action=?'],
  ],
}

/** Here most sets have no instances, and those with the largest numbers have none: they are passed over one by one. */
const EMPTY_SETS_FIRST = 'instances?sort=-display-id'

/** Orders that cost the same at any size, both ways (contract §13.1). */
const ORDERS = LISTS.flatMap((list) =>
  [...sortablesOf(list).values()]
    .filter(({ quick }) => quick)
    .flatMap(({ name }) =>
      [name, `-${name}`].map((sort) => [`${list.resource.type}?sort=${sort}`, list, sort] as const),
    ),
).filter(([title]) => title !== EMPTY_SETS_FIRST)

const CASES = LISTS.flatMap((list) =>
  [['', ''] as [string, string], ...(FILTERS[list.resource.type] ?? [])].map(
    ([query, searched]) => [`${list.resource.type}?${query}`, list, query, searched] as const,
  ),
)

describe.each(['sqlite', 'postgres'])(`with ${ROWS} rows in every table, %s`, (dialect) => {
  let database: Database
  let close: () => Promise<void>
  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'assay-plans-'))
    const postgres = dialect === 'postgres' ? await createPostgresDatabase(inject('postgresUrl')) : undefined
    database = openDatabase({ dataDir, databaseUrl: postgres?.url })
    close = async () => {
      await database.close()
      await postgres?.drop()
      rmSync(dataDir, { recursive: true, force: true })
    }
    await database.migrate()
    await fillTables(database, ROWS)
    if (dialect === 'postgres') await sql`analyze`.execute(database.read.db)
  }, 240_000)
  afterAll(() => close?.())

  const contextOf = (text: string) =>
    ({
      reader: database.read,
      query: parseQuery(text),
      now: Date.now(),
      project: { id: 1 },
      id: () => 1,
      caller: { accountId: 1, userId: 1, passesAll: true },
      can: () => true,
      require() {},
    }) as unknown as Context

  /** The page that a list reads, as it is sent to the database. */
  async function pageOf(list: ResourceList, text: string) {
    const context = contextOf(text)
    const scope = list.resource.scope === 'project' ? 't.project_id' : 't.account_id'
    let listing = selectOf(list, database.read, 1).where(scope, '=', 1)
    if (list.visible) listing = await list.visible(listing, context)
    for (const filter of list.filters) listing = await filter(listing, context)
    return inOrder(listing, list.order).limit(101).compile()
  }

  /** The queries that read a page of a list in an order, as they are sent: the first, or that behind a row. */
  async function queriesOf(list: ResourceList, sort: string, after?: number) {
    const scope = list.resource.scope === 'project' ? 't.project_id' : 't.account_id'
    const { order, select = list.select } = (await readSort(list, contextOf(`sort=${sort}`))) as Sort
    let listing = selectOf({ ...list, select }, database.read, 1).where(scope, '=', 1)
    // Comments are listed of one entity.
    if (list.resource.type === 'comments') listing = listing.where('t.entity', '=', 'test').where('t.entity_id', '=', 1)
    const stretches = after === undefined ? stretchesOf(listing, order) : await startAfter(listing, order, after)
    return (stretches ?? []).map((stretch) => inOrder(stretch.listing, stretch).limit(101).compile())
  }

  /** What the database says of a query: the steps of SQLite, the plan that PostgreSQL ran. */
  async function explain({ sql: text, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>) {
    const words = dialect === 'sqlite' ? 'explain query plan' : 'explain (analyze, format json)'
    const { rows } = await database.read.db.executeQuery(CompiledQuery.raw(`${words} ${text}`, [...parameters]))
    if (dialect === 'sqlite') return { steps: (rows as { detail: string }[]).map(({ detail }) => detail) }
    return { plan: (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan }
  }

  it.each(ORDERS)('reads %s in the order of an index', async (_, list, sort) => {
    for (const after of [undefined, 50_000]) {
      for (const query of await queriesOf(list, sort, after)) {
        const { steps = [], plan } = await explain(query)
        if (plan) expect(rowsVisited(plan), JSON.stringify(plan, null, 1)).toBeLessThan(FEW)
        const walks = steps.filter((step) => step.startsWith('SCAN') || step.includes('TEMP B-TREE FOR ORDER BY'))
        expect(walks, `${query.sql}\n${steps.join('\n')}`).toEqual([])
      }
    }
  })

  it.each(CASES)('reads %s without walking a table', async (_, list, text, searched) => {
    const { steps = [], plan } = await explain(await pageOf(list, text))
    if (plan) {
      expect(rowsVisited(plan), JSON.stringify(plan, null, 1)).toBeLessThan(FEW)
      return
    }
    const walks = steps.filter(
      // Numbers of a parameter are no table, and an index of letters is asked for those that match.
      (step) =>
        (step.startsWith('SCAN') && !/^SCAN (json_each|\w+_letters VIRTUAL TABLE INDEX \S*M)/.test(step)) ||
        (text === '' && step.includes('TEMP B-TREE FOR ORDER BY')),
    )
    expect(walks, steps.join('\n')).toEqual([])
    if (searched !== '') expect(steps.join('\n')).toContain(searched)
  })
})
