import type { Distribution } from './dialects/dialect.ts'
import { isOfProject, PROJECT_TABLES, TABLE_NAMES, tableOf } from './tables.ts'

/**
 * Tables that every node of a cluster holds a copy of: small, and read with nearly every request. `migrations` is that
 * of the migrations themselves.
 */
export const REFERENCE_TABLES: readonly string[] = [
  'migrations',
  ...TABLE_NAMES.filter((table) => !isOfProject(table) || tableOf(table).isEverywhere),
]

/** Tables that are spread by project; those that others refer to come first. */
export const DISTRIBUTED_TABLES: readonly string[] = PROJECT_TABLES.filter((table) => !tableOf(table).isEverywhere)

/**
 * What makes a Citus cluster of a database: what belongs to the account is copied to every node, and all else of a
 * project stands together on one. In the order in which Citus accepts them: a table after those that its foreign keys
 * name.
 */
export function distributions(): Distribution[] {
  const [first] = DISTRIBUTED_TABLES
  const spread = (table: string) => {
    const neighbour = table === first ? 'none' : first
    return `select create_distributed_table('${table}', 'project_id', colocate_with => '${neighbour}')`
  }
  return [
    ...REFERENCE_TABLES.map((table) => ({ table, sql: `select create_reference_table('${table}')` })),
    ...DISTRIBUTED_TABLES.map((table) => ({ table, sql: spread(table) })),
  ]
}
