import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { invalidParameter } from '../../core/problems.ts'
import type { Row } from '../../core/resource/define-resource.ts'
import type { Cell } from '../../core/resource/kinds.ts'
import { shownValue } from '../../core/shown-value.ts'
import type { Reader } from '../../db/handle.ts'
import { ascending, asListing, BY_ID, type Order, whereNameLike } from '../../db/list.ts'
import type { Schema } from '../../db/schema.ts'
import { parameter } from '../../engine/parameter.ts'
import { documented, type Filter, idsFilter, type ResourceList, textsFilter } from '../../engine/resource-list.ts'
import type { Context } from '../../engine/route.ts'
import { explainedBy, isQuarantined } from './explained.list.ts'
import { missedIn } from './missed.list.ts'
import { CHANGES, results } from './results.resource.ts'
import { LAST_FAILING_RANK } from './verdicts.rules.ts'

/** What nothing explains yet among new failures first, then other failures, then the rest. */
export function newsFirst({ now, project }: Pick<Context, 'now' | 'project'>): Order {
  // Only failures have something that explains them, so only they are asked for it: the index has all others in order.
  const explained = sql<Cell>`case when t.rank > ${LAST_FAILING_RANK} then 0 when (${explainedBy(project.id, now)}) is null then 0 else 1 end`
  return ascending('t.rank', explained, 't.id')
}

const yesOrNo = (name: string, text: string): boolean => {
  const word = text.trim().toLowerCase()
  if (['true', '1', 'yes'].includes(word)) return true
  if (['false', '0', 'no'].includes(word)) return false
  throw invalidParameter(name, `${name} must be true or false; it is ${shownValue(text)}`)
}

/** Those for which a condition holds, or does not. */
const flagged = (name: string, condition: (context: Context) => RawBuilder<boolean>, about: string): Filter =>
  documented(
    (listing, context) => {
      const text = context.query.get(name)
      if (text === undefined) return listing
      const holds = condition(context)
      return listing.where(yesOrNo(name, text) ? holds : sql<boolean>`not (${holds})`)
    },
    parameter(name, about, { type: 'boolean' }),
  )

const nameLike: Filter = documented(
  (listing, { query, reader }) => {
    const text = query.get('name-like')
    return text === undefined ? listing : whereNameLike(listing, reader, { table: 'tests', alias: 'test', text })
  },
  parameter('name_like', 'Only those whose test has this text in its name, in any case'),
)

export const ownerFilter: Filter = documented(
  (listing, { query }) => {
    const owner = query.get('owner')
    return owner === undefined ? listing : listing.where(sql<boolean>`(' ' || t.owner || ' ') like ${`% ${owner} %`}`)
  },
  parameter('owner', 'Only those of this owner'),
)

const asStatus = (word: string) => word.trim().toUpperCase().replaceAll('_', ' ')
const asChange = (word: string) => word.trim().toLowerCase().replaceAll('_', '-')

/** The columns of a verdict; those that are another of one that is missing say what. */
const COLUMNS: Readonly<Record<string, ((build: number) => unknown) | undefined>> = {
  project_id: undefined,
  build_id: (build) => sql<number>`${build}`.as('build_id'),
  instance_id: undefined,
  test_id: undefined,
  set_id: undefined,
  run_id: () => sql<null>`null`.as('run_id'),
  variant: undefined,
  status: () => sql<string>`'NO RUN'`.as('status'),
  change: () => sql<string>`'missing'`.as('change'),
  flaky: () => sql<number>`0`.as('flaky'),
  attempts: () => sql<number>`0`.as('attempts'),
  duration_ms: () => sql<number>`0`.as('duration_ms'),
  run_date: undefined,
  message: () => sql<null>`null`.as('message'),
  failure_id: () => sql<null>`null`.as('failure_id'),
  cause: () => sql<null>`null`.as('cause'),
  owner: undefined,
  attachments_count: () => sql<number>`0`.as('attachments_count'),
  rank: () => sql<number>`2`.as('rank'),
  build_started_at: undefined,
  failing_since_id: () => sql<null>`null`.as('failing_since_id'),
}

/** Everything that a result shows, of a select of verdicts. */
function shownSelect(db: Reader['db'], verdicts: object) {
  const numbered = db
    .selectFrom((verdicts as SelectQueryBuilder<Schema, 'results', Schema['results']>).as('v'))
    .selectAll('v')
    .select('v.instance_id as id')
  return asListing(
    db
      .selectFrom(numbered.as('t'))
      .innerJoin('tests as test', (join) =>
        join.onRef('test.project_id', '=', 't.project_id').onRef('test.id', '=', 't.test_id'),
      )
      .innerJoin('sets as s', (join) => join.onRef('s.project_id', '=', 't.project_id').onRef('s.id', '=', 't.set_id'))
      .selectAll('t')
      .select(['test.name as test_name', 'test.display_id as test_display_id', 's.name as set_name']),
  )
}

const resultsSelect = ({ db }: Pick<Reader, 'db'>, projectId: number) =>
  shownSelect(
    db,
    db
      .selectFrom('results')
      .select(Object.keys(COLUMNS) as 'status'[])
      .where('project_id', '=', projectId),
  )

/** Only the verdicts of one build. */
export const ofBuild =
  (id: number): Filter =>
  (listing) =>
    listing.where('t.build_id', '=', id)

/** The verdicts of a build, and those that the build before has and it has not, which say so. */
export const missedSelect =
  ({ projectId, build, base }: { projectId: number; build: number; base: number | undefined }) =>
  ({ db, dialect }: Pick<Reader, 'db' | 'dialect'>) => {
    const all = Object.keys(COLUMNS)
    const here = db.selectFrom('results as h').select(all.map((column) => `h.${column}` as 'h.status'))
    const missed = db
      .selectFrom('results as h')
      .select(all.map((column) => COLUMNS[column]?.(build) ?? (`h.${column}` as 'h.status')) as 'h.status'[])
      .where('h.project_id', '=', projectId)
      .where('h.build_id', '=', base ?? 0)
      .where('h.status', '<>', 'NO RUN')
      .where(dialect.oneSelected('h.instance_id', missedIn(db, { projectId, build, base: base ?? 0 })))
    const both = here.where('h.project_id', '=', projectId).where('h.build_id', '=', build).unionAll(missed)
    return shownSelect(db, both)
  }

const LETTER: Readonly<Record<string, string>> = { PASSED: 'P', FAILED: 'F', BLOCKED: 'B', 'NO RUN': 'N' }

/** How many earlier verdicts are shown. */
const PREVIOUS = 20

/** The verdicts of instances on mainline before a time, newest first, as letters. */
export async function previousOf(
  { db, dialect }: Reader,
  projectId: number,
  instanceIds: readonly number[],
  before: number,
): Promise<Map<number, string>> {
  const numbered = db
    .selectFrom('results as r')
    .select([
      'r.instance_id',
      'r.status',
      sql<number>`row_number() over (partition by r.instance_id order by r.build_started_at desc, r.build_id desc)`.as(
        'n',
      ),
    ])
    .where('r.project_id', '=', projectId)
    .where(dialect.oneOf('r.instance_id', instanceIds))
    .where('r.mainline', '=', 1)
    .where('r.build_started_at', '<', before)
    .as('numbered')
  const rows = await db
    .selectFrom(numbered)
    .select(['instance_id', 'status', 'n'])
    .where('n', '<=', PREVIOUS)
    .orderBy('instance_id')
    .orderBy('n')
    .execute()
  const letters = new Map<number, string>()
  for (const { instance_id: id, status } of rows) letters.set(id, `${letters.get(id) ?? ''}${LETTER[status] ?? 'N'}`)
  return letters
}

/** Finishes rows of results: what explains them now, and what was before. */
export async function completeResults(reader: Reader, rows: Row[], now: number = Date.now()): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const projectId = Number(first.project_id)
  const ids = rows.map((row) => Number(row.instance_id))
  const previous = await previousOf(reader, projectId, ids, Number(first.build_started_at))
  const failing = rows.filter((row) => row.status === 'FAILED' || row.status === 'BLOCKED')
  const explained =
    failing.length === 0
      ? []
      : await reader.db
          .selectFrom('results as t')
          .select([
            't.instance_id',
            explainedBy(projectId, now).as('explained'),
            isQuarantined(projectId, now).as('quarantined'),
          ])
          .where('t.project_id', '=', projectId)
          .where('t.build_id', '=', Number(first.build_id))
          .where(
            reader.dialect.oneOf(
              't.instance_id',
              failing.map((row) => Number(row.instance_id)),
            ),
          )
          .execute()
  const byInstance = new Map(explained.map((row) => [row.instance_id, row]))
  for (const row of rows) {
    const id = Number(row.instance_id)
    const known = byInstance.get(id)
    row.previous = previous.get(id) ?? ''
    row.explained_by = known?.explained ?? null
    row.quarantined = known !== undefined && (known.quarantined as unknown) !== false && Number(known.quarantined) !== 0
  }
}

/** The list of results; which build they are of is the action's to say. */
export const resultsList: ResourceList = {
  resource: results,
  order: BY_ID,
  sortable: {
    attributes: {
      'test-name': { as: 'text', mayBeEmpty: false, value: 'test.name', by: ['test.name_folded'] },
      'test-display-id': { as: 'number', mayBeEmpty: false, value: 'test.display_id' },
      'set-name': { as: 'text', mayBeEmpty: false, value: 's.name', by: ['s.name_folded'] },
      'run-duration': { as: 'duration', mayBeEmpty: false, value: sql`((t.duration_ms + 999) / 1000)` },
    },
  },
  select: resultsSelect,
  filters: [
    textsFilter('status', 't.status', 'Only verdicts of these statuses, separated by commas', asStatus),
    textsFilter('change', 't.change', `Only those of these changes: ${CHANGES.join(', ')}`, asChange),
    flagged('flaky', () => sql`t.flaky = 1`, 'Only those that are flaky, or not'),
    flagged('quarantined', ({ now, project }) => isQuarantined(project.id, now), 'Only those in quarantine, or not'),
    flagged(
      'explained',
      ({ now, project }) => sql<boolean>`(${explainedBy(project.id, now)}) is not null`,
      'Only failures that something explains, or those that nothing does',
    ),
    textsFilter('cause', 't.cause', 'Only failures of these causes', (word) => word.trim().toLowerCase()),
    textsFilter('variant', 't.variant', 'Only those of these variants', (word) => word.trim()),
    ownerFilter,
    nameLike,
    idsFilter('t.failure_id', 'failure-ids', 'failure-id'),
    idsFilter('t.set_id', 'set-ids', 'set-id'),
  ],
  complete: completeResults,
}
