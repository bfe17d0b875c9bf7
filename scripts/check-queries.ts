import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModule, parse } from 'libpg-query'
import { DISTRIBUTED_TABLES } from '../server/src/db/distribution.ts'
import { refusedByCluster, statementsOf, unscopedTables } from '../server/src/test/project-scope.ts'

// `npm run contract`: every statement that the server sent to PostgreSQL while the tests ran says of which project it
// is, wherever it names a table of a project, in each of its subqueries, and holds nothing else that Citus is known to
// refuse. So a cluster can hold each project on one of its nodes.

const records = join(import.meta.dirname, '..', 'reports', 'sql')

interface Statement {
  sql: string
  test: string
}

function readStatements(): Map<string, Statement> {
  const statements = new Map<string, Statement>()
  for (const file of existsSync(records) ? readdirSync(records) : []) {
    for (const line of readFileSync(join(records, file), 'utf8').split('\n').filter(Boolean)) {
      const statement = JSON.parse(line) as Statement
      if (!statements.has(statement.sql)) statements.set(statement.sql, statement)
    }
  }
  return statements
}

/** What must ask about all projects at once; one that no statement needs any more has to go. */
const ACROSS_PROJECTS = [
  {
    sql: /^select .* from "history_events" as "t" where "t"\."account_id" = \$1/,
    why: 'audit.json is about the account',
  },
  { sql: /^select \* from "webhook_messages" where "next_attempt_at" <= \$1/, why: 'what is due, in any project' },
  {
    sql: /^select count\(\*\) as "count", .* from \(select "next_attempt_at" from "webhook_messages" where "next_attempt_at" <= \$1 /,
    why: 'the metrics count what is due, in any project, every 15 seconds at most',
  },
  { sql: /^select \* from "removals"$/, why: 'the sweep looks for what was deleted, in any project' },
  {
    sql: /^delete from "idempotency_keys" where "created_at" < \$1$/,
    why: 'the sweep of keys that are past their day',
  },
  {
    sql: /^select "a"\."id" from "attachments" as "a" .* "p"\."account_id" = \$1/,
    why: 'files are kept once an account',
  },
  {
    sql: /^select "project_id", "id", "build_id" from "imports" where "state" = \$1 and "updated_at" </,
    why: 'imports that died, in any project',
  },
  {
    sql: /^select "project_id", "id" from "builds" where "state" = \$1 and "last_import_at" <=/,
    why: 'builds that waited long enough, in any project',
  },
  {
    sql: /^select "project_id", "id" from "builds" where "renames_due" = \$1 and "updated_at" </,
    why: 'builds whose renamed tests are still to be looked for, in any project',
  },
  {
    sql: /^select "project_id", "id", "test_id", "instance_id" from "quarantines" where "ended_at" is null/,
    why: 'quarantines whose time is over, in any project',
  },
  { sql: /^select "project_id", "id" from "tests" where "provisional" = /, why: 'forgotten tests, in any project' },
]

const known = new Set<string>(DISTRIBUTED_TABLES)
await loadModule()
const statements = [...readStatements().values()]
const problems: string[] = []
const used = new Set<RegExp>()
let ofProjects = 0
for (const { sql, test } of statements) {
  if (DISTRIBUTED_TABLES.some((table) => sql.includes(table))) ofProjects++
  const trees = statementsOf(await parse(sql))
  const refused = trees.flatMap(refusedByCluster)
  if (refused.length > 0)
    problems.push(`Citus would refuse ${refused.join(', ')}\n  ${sql.replaceAll(/\s+/g, ' ')}\n  in ${test}`)
  const tables = trees.flatMap((tree) => unscopedTables(tree, (table) => known.has(table)))
  if (tables.length === 0) continue
  const exception = ACROSS_PROJECTS.find((each) => each.sql.test(sql))
  if (exception) used.add(exception.sql)
  else problems.push(`${tables.join(', ')}: of which project?\n  ${sql.replaceAll(/\s+/g, ' ')}\n  in ${test}`)
}
for (const { sql, why } of ACROSS_PROJECTS) {
  if (statements.length > 0 && !used.has(sql)) problems.push(`No statement needs the exception "${why}" any more`)
}
console.log(`${statements.length} statements, ${ofProjects} on tables of a project, ${used.size} exceptions`)
if (statements.length === 0) problems.push('No statement is recorded: run "npm run test:run" first.')
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
}
