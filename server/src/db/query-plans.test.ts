import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { parseQuery } from '../core/jsonapi/query.ts'
import type { Context } from '../http/route.ts'
import { ROOMS } from '../resources/registry.ts'
import { openDatabase } from './database.ts'

/** Filters that the contract serves from an index of their own, and the index column that must be searched. */
const FILTERS: Record<string, [query: string, searched: string][]> = {
  tests: [
    ['name_exact=x', 'name_hash=?'],
    ['display-ids=1,2', 'display_id=?'],
    ['', 'project_id=?'],
  ],
  sets: [
    ['name_exact=x', 'name_hash=?'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  issues: [
    ['title_exact=x', 'name_hash=?'],
    ['display-ids=1,2', 'display_id=?'],
  ],
  steps: [
    ['test-ids=1,2', 'test_id=?'],
    ['name_exact=x', 'name_hash=?'],
  ],
  instances: [
    ['set-ids=1', 'set_id=?'],
    ['test-ids=1,2', 'test_id=?'],
    ['name_exact=x', 'name_hash=?'],
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
}

it('every filter is served by an index', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-plans-'))
  const database = openDatabase({ dataDir })
  await database.migrate()
  const raw = new DatabaseSync(`${dataDir}/assay.db`)
  const plans: Record<string, unknown> = {}
  for (const room of ROOMS) {
    for (const [text, searched] of FILTERS[room.resource.type] ?? []) {
      const context = {
        reader: database.read,
        query: parseQuery(text),
        now: Date.now(),
        project: { id: 1 },
      } as unknown as Context
      let listing = room.select(database.read).where('t.project_id', '=', 1)
      for (const filter of room.filters) listing = await filter(listing, context)
      for (const column of room.order.columns) listing = listing.orderBy(column, room.order.direction)
      const { sql, parameters } = listing.limit(101).compile()
      const plan = raw.prepare(`explain query plan ${sql}`).all(...(parameters as string[])) as { detail: string }[]
      const details = plan.map((step) => step.detail)
      const fine =
        !details.some((detail) => detail.startsWith('SCAN')) && details.some((detail) => detail.includes(searched))
      if (!fine) plans[`${room.resource.type}?${text}`] = details
    }
  }
  raw.close()
  await database.close()
  expect(plans).toEqual({})
})
