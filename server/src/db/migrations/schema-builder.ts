import { type Kysely, sql } from 'kysely'

/** How a migration spells column types on a database. */
export interface ColumnTypes {
  text: string
  integer: string
  double: string
  /** What follows a table definition: rows are stored in primary-key order where the database can. */
  keyed: string
  /** Of a table whose rows number themselves: the column `id`, and the key that leads with `project_id`. */
  numbered: { id: string; key: string }
  /** Reserves ids of the one sequence, for rows that a migration makes. */
  nextIds(db: Kysely<any>, count: number): Promise<number[]>
  /** Makes the index by which `Dialect.nameContains` finds rows of a table, and fills it; kept up by the database. */
  indexLetters(db: Kysely<any>, table: string): Promise<void>
}

/** Words for a migration: tables and indexes in one line each. */
export interface SchemaBuilder {
  /** `a integer!, b text` → a table; `!` is not null, a third word the default. */
  table(name: string, columns: string, key: string, ...constraints: string[]): Promise<void>
  /** A table of a project whose rows number themselves: no client can make them (contract §1.10). */
  numberedTable(name: string, columns: string): Promise<void>
  /** Adds columns spelled as in `table`. */
  addColumns(name: string, columns: string): Promise<void>
  index(name: string, on: string, options?: { unique?: boolean; where?: string }): Promise<void>
  /** The constraint that a column names a row of the same project, and goes with it. */
  inProject(column: string, parent: string): string
}

/** Makes the words for one migration. */
export function schemaBuilder(db: Kysely<any>, { text, integer, double, keyed, numbered }: ColumnTypes): SchemaBuilder {
  const types: Record<string, string> = { text, integer, double }
  const run = async (statement: string) => {
    await sql.raw(statement).execute(db)
  }
  const definitions = (columns: string) =>
    columns
      .split(',')
      .map((column) => column.trim().split(/\s+/))
      .map(([column = '', type = '', fallback]) => {
        const notNull = type.endsWith('!') ? ' not null' : ''
        const initial = fallback === undefined ? '' : ` default ${fallback}`
        return `"${column}" ${types[type.replace('!', '')]}${notNull}${initial}`
      })
  return {
    table: (name, columns, key, ...constraints) =>
      run(
        `create table "${name}" (${[...definitions(columns), `primary key (${key})`, ...constraints].join(', ')}) ${keyed}`,
      ),
    numberedTable: (name, columns) =>
      run(`create table "${name}" (${[numbered.id, ...definitions(columns), numbered.key].join(', ')})`),
    async addColumns(name, columns) {
      for (const definition of definitions(columns)) await run(`alter table "${name}" add column ${definition}`)
    },
    index: (name, on, { unique = false, where = '' } = {}) =>
      run(`create ${unique ? 'unique ' : ''}index "${name}" on ${on}${where && ` where ${where}`}`),
    inProject: (column, parent) =>
      `foreign key (project_id, ${column}) references ${parent} (project_id, id) on delete cascade`,
  }
}
