import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../db/database.ts'
import type { TableName } from '../db/schema.ts'

export interface ColumnShape {
  type: 'integer' | 'text' | 'real'
  isNullable: boolean
}

/** The columns of tables, as a schema has them. */
export type Shapes = ReadonlyMap<string, ReadonlyMap<string, ColumnShape>>

/** The tables as they were after a migration, learned from an empty database of their own: none is asked for them. */
export async function shapesAfter(schema: string): Promise<Shapes> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-shapes-'))
  const database = openDatabase({ dataDir })
  try {
    await database.migrate(schema)
    const tables = await database.read.db.introspection.getTables()
    return new Map(
      tables.map(({ name, columns }) => [
        name,
        new Map(
          columns.map((column) => [
            column.name,
            { type: column.dataType.toLowerCase() as ColumnShape['type'], isNullable: column.isNullable },
          ]),
        ),
      ]),
    )
  } finally {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** What a text of a column must hold, as JSON. */
export const JSON_CELLS: Readonly<Record<string, 'object' | 'array' | 'any'>> = {
  custom_fields: 'object',
  automated_fields: 'object',
  parameters: 'object',
  tags: 'array',
  events: 'array',
  entities: 'array',
  group_ids: 'array',
  changes: 'array',
  autofilter_fields: 'array',
  permissions: 'any',
  default_value: 'any',
}

/** Numbers that count something, and so are never below zero. */
export const COUNTS: ReadonlySet<string> = new Set([
  'count_passed',
  'count_failed',
  'count_blocked',
  'count_no_run',
  'count_not_completed',
  'instances_count',
  'steps_count',
  'last_instance_number',
  'display_id',
  'size',
  'position',
  'duration_estimate',
  'actual_duration',
  'last_run_duration',
  'run_duration',
  'attempt',
])

/** Rows that others cannot be without: column → table. Other references may outlive what they name for a while. */
export const PARENTS: { readonly [T in TableName]?: Readonly<Record<string, TableName>> } = {
  steps: { test_id: 'tests' },
  instances: { set_id: 'sets', test_id: 'tests' },
  runs: { instance_id: 'instances', set_id: 'sets', test_id: 'tests' },
  step_runs: { run_id: 'runs' },
  issues: { status_id: 'issue_statuses' },
  issue_transitions: { from_id: 'issue_statuses', to_id: 'issue_statuses' },
  webhook_deliveries: { webhook_id: 'webhooks' },
}
