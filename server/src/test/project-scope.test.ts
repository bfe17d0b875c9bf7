import { loadModule, parseSync } from 'libpg-query'
import { beforeAll, expect, it } from 'vitest'
import { PROJECT_TABLES } from '../db/tables.ts'
import { refusedByCluster, statementsOf, unscopedTables } from './project-scope.ts'

const known = new Set<string>(PROJECT_TABLES)
const unscoped = (sql: string) =>
  statementsOf(parseSync(sql)).flatMap((statement) => unscopedTables(statement, (table) => known.has(table)))

beforeAll(() => loadModule())

it.each([
  'select 1',
  'select * from users where account_id = $1',
  'select * from tests as t where t.project_id = $1 and t.id = $2',
  'select * from "tests" where "project_id" = $1 or ("project_id" = $2 and id = 3)',
  'select * from tests where project_id in ($1, $2)',
  'select * from tests where project_id = any($1::bigint[])',
  'select * from tests where project_id = $1::bigint',
  'select * from tests t join sets s on s.project_id = t.project_id where s.project_id = $1',
  'select * from tests t left join sets s on s.project_id = t.project_id and s.id = $2 where t.project_id = $1',
  'select * from projects p join tests t on t.project_id = p.id where p.id = $1',
  'select * from tests t where t.project_id = $1 and exists (select 1 from runs r where r.project_id = $1)',
  'select * from (select project_id, id from tests where project_id = $1) x join runs r on r.project_id = x.project_id',
  'with x as (select * from tests where project_id = $1) select * from x',
  'select id from tests where project_id = $1 union select id from sets where project_id = $1',
  'insert into tests (project_id, id) values ($1, $2) on conflict do nothing',
  'insert into tests (project_id, id) select project_id, $2 from sets where project_id = $1',
  'update tests set name = (select name from sets s where s.project_id = $1) where project_id = $1',
  'delete from runs where project_id = $1 and (id) in (select id from runs where project_id = $1 limit 5)',
])('accepts %s', (sql) => {
  expect(unscoped(sql)).toEqual([])
})

it.each([
  ['select * from tests', ['tests']],
  ['select * from tests as t where t.id = $1', ['tests t']],
  ['select * from tests where project_id > $1', ['tests']],
  ['select * from tests where not (project_id = $1)', ['tests']],
  ['select * from tests where project_id is distinct from $1', ['tests']],
  ['select * from tests where project_id not in ($1)', ['tests']],
  ['select * from tests where project_id = all($1)', ['tests']],
  ['select * from tests where project_id = $1 or id = $2', ['tests']],
  ['select * from tests t join sets s on s.id = t.id where t.project_id = $1', ['sets s']],
  [
    'select * from tests t left join sets s on s.project_id = t.project_id where s.project_id = s.project_id',
    ['tests t', 'sets s'],
  ],
  ['select * from tests t left join sets s on t.project_id = $1 and s.project_id = $1', ['tests t']],
  ['select * from projects p join tests t on t.project_id = p.id where p.account_id = $1', ['tests t']],
  [
    'select * from tests t where t.project_id = $1 and exists (select 1 from runs r where r.test_id = t.id)',
    ['runs r'],
  ],
  [
    'select * from tests t where t.project_id = $1 and exists (select 1 from runs r where r.project_id = t.project_id)',
    ['runs r'],
  ],
  [
    'update tests set name = (select name from sets s where s.project_id = tests.project_id) where project_id = $1',
    ['sets s'],
  ],
  ['select (select count(*) from runs) from tests where project_id = $1', ['runs']],
  ['select * from users order by (select max(id) from issues)', ['issues']],
  ['select * from (select * from tests) x where x.project_id = $1', ['tests']],
  ['with x as (select * from tests) select * from x', ['tests']],
  ['select id from tests where project_id = $1 union select id from sets', ['sets']],
  ['insert into tests (id) values ($1)', ['tests']],
  ['insert into tests (project_id, id) select $1, id from sets', ['sets']],
  ['update tests set name = $1 where id = $2', ['tests']],
  ['update tests set name = $1 from sets s where tests.project_id = $2', ['sets s']],
  ['delete from runs', ['runs']],
  ['delete from runs using tests t where runs.project_id = $1', ['tests t']],
])('refuses %s', (sql, tables) => {
  expect(unscoped(sql)).toEqual(tables)
})

const refused = (sql: string) => statementsOf(parseSync(sql)).flatMap(refusedByCluster)

it.each([
  'select * from tests where project_id = $1 and 1 = 1',
  'select * from tests where project_id = $1 and id <> id',
  'select * from tests where project_id = $1 for update',
  'select coalesce(a, false) from tests where project_id = $1',
])('a cluster takes %s', (sql) => expect(refused(sql)).toEqual([]))

it.each([
  ['select * from tests where project_id = $1 and 1 = 0', 'a condition that is always false'],
  ['delete from tests where project_id = $1 and (id = 2 or false)', 'a condition that is always false'],
  [
    'select 1 from tests where project_id = $1 and id in (select id from sets where project_id = $1 and 1 = 0)',
    'a condition that is always false',
  ],
  [
    'delete from tests where project_id = $1 and id in (select id from sets where project_id = $1 for update)',
    'rows locked in a subquery',
  ],
])('a cluster refuses %s', (sql, problem) => expect(refused(sql)).toEqual([problem]))
