import { PROJECT_TABLES } from './purge.ts'
import type { Schema } from './schema.ts'

/** Tables of the account. */
const ACCOUNT_TABLES = {
  settings: true,
  accounts: true,
  users: true,
  tokens: true,
  projects: true,
} satisfies Record<Exclude<keyof Schema, (typeof PROJECT_TABLES)[number]>, true>

/** Who may do what in which project: asked across projects ("the projects of a user"), and joined with users. */
const ACCESS_TABLES = ['groups', 'memberships']

/**
 * Tables that every node of a cluster holds a copy of: small, and read with nearly every request. `migrations` is that
 * of the migrations themselves.
 */
export const REFERENCE_TABLES: readonly string[] = ['migrations', ...Object.keys(ACCOUNT_TABLES), ...ACCESS_TABLES]

/** Tables that are spread by project; those that others refer to come first. */
export const DISTRIBUTED_TABLES: readonly string[] = PROJECT_TABLES.filter(
  (table) => !ACCESS_TABLES.includes(table),
).reverse()

/** A table and the statement that hands it to Citus. */
export interface Distribution {
  table: string
  sql: string
}

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
