import { ApiError, apiError, type Source } from '../../core/errors.ts'
import { parseIdMember, type Query } from '../../core/jsonapi/query.ts'
import { KINDS } from '../../core/kinds.ts'
import { invalidParameter } from '../../core/problems.ts'
import { type Checking, checkQuery, createChecking, tooLarge } from '../../core/ptql/check.ts'
import { both, type Condition } from '../../core/ptql/condition.ts'
import { PtqlError } from '../../core/ptql/ptql-error.ts'
import { BrokenFilter, type SavedFilter } from '../../core/ptql/views.ts'
import { shownValue } from '../../core/shown-value.ts'
import { parameter } from '../../engine/parameter.ts'
import type { ResourceList } from '../../engine/resource-list.ts'
import type { Context } from '../../engine/route.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { whereMeets, whereSetMeets } from './criteria.store.ts'
import { createDirectory } from './directory.ts'
import type { Filtered } from './filters.resource.ts'

/** A query's or a filter's error as 422, pointing at whatever brought it (contract §2). */
export function ptqlProblem(error: unknown, source: Source): unknown {
  if (error instanceof PtqlError) {
    return new ApiError('invalid', [{ title: error.message, source, meta: { ...error.place } }])
  }
  return error instanceof BrokenFilter ? apiError('invalid', { title: error.message, source }) : error
}

/** Names of the parameters of one kind of list. */
interface Names {
  queries: readonly string[]
  filter: string
  user: string
  value?: string
  subValue?: string
}

const OWN: Names = {
  queries: ['ptql'],
  filter: 'filter-id',
  user: 'filter-user-id',
  value: 'autofilter-value',
  subValue: 'sub-autofilter-value',
}

/** Instances and runs: those of the sets that are selected. */
const OF_SETS: Names = { queries: ['set-ptql', 'ptql'], filter: 'set-filter-id', user: 'set-filter-user-id' }

const sent = (query: Query, name: string | undefined) => (name === undefined ? undefined : query.get(name))

/** The user that CURRENT_USER means: the one a parameter names, else the owner of a personal token, else nobody. */
async function currentUser(context: Context, { user }: Names): Promise<number | null> {
  const text = context.query.get(user)
  if (text === undefined) return context.caller.userId
  const id = parseIdMember(text) ?? 0
  if ((await existingUsers(context.reader, context.caller.accountId, [id])).has(id)) return id
  throw invalidParameter(user, `${user} names no user of this account: ${shownValue(text)}`)
}

function checkConflicts(query: Query, names: Names): void {
  const given = names.queries.filter((name) => query.get(name) !== undefined)
  if (given.length > 1) throw invalidParameter('ptql', 'Send ptql or set-ptql, not both: they mean the same here')
  const [asked] = given
  for (const other of [names.filter, names.value, names.subValue]) {
    if (asked === undefined || sent(query, other) === undefined) continue
    throw invalidParameter(asked, `${asked} cannot be combined with ${other}; write VIEW #… in the query instead`)
  }
}

/** Level values of an auto-filter, in order; 422 where the filter has no such level. */
function levelValues(query: Query, names: Names, filter: SavedFilter | undefined): string[] {
  const [value, subValue] = [sent(query, names.value), sent(query, names.subValue)]
  const levels = filter?.autofilterFields.length ?? 0
  if (value !== undefined && levels < 1) {
    throw invalidParameter('autofilter-value', 'autofilter-value needs the filter-id of an auto-filter')
  }
  if (subValue !== undefined && (value === undefined || levels < 2)) {
    const needs = value === undefined ? 'autofilter-value beside it' : 'an auto-filter of two levels'
    throw invalidParameter('sub-autofilter-value', `sub-autofilter-value needs ${needs}`)
  }
  return [value, subValue].filter((each) => each !== undefined)
}

/** Being inside a filter, and having values in its levels. Throws a PtqlError or BrokenFilter, or 422 when it is too large. */
export async function insideFilter(
  { views }: Checking,
  filter: SavedFilter,
  values: readonly string[],
  entity: Filtered,
): Promise<Condition> {
  let condition = await views.inside(filter, KINDS[entity].title)
  for (const [level, value] of values.entries()) {
    condition = both(condition, await views.having(filter, level as 0 | 1, value, KINDS[entity].title))
  }
  const problem = tooLarge(condition)
  if (problem)
    throw apiError('invalid', { title: `The filter "${filter.name}" (#${filter.id}) cannot be used: ${problem}` })
  return condition
}

async function readCriteria(context: Context, entity: Filtered, names: Names): Promise<Condition> {
  const { query } = context
  checkConflicts(query, names)
  const directory = createDirectory(context, context.reader)
  const checking = createChecking({ directory, now: context.now, currentUser: await currentUser(context, names) })
  const asked = names.queries.find((name) => query.get(name) !== undefined)
  const filterText = query.get(names.filter)
  try {
    if (asked !== undefined) return await checkQuery(checking, query.get(asked) as string, KINDS[entity].title)
    const id = filterText === undefined ? undefined : (parseIdMember(filterText) ?? 0)
    const filter = (await directory.filters(KINDS[entity].title)).find((each) => each.visible && each.id === id)
    if (id !== undefined && filter === undefined) {
      throw invalidParameter(
        names.filter,
        `There is no ${entity} filter with the id ${shownValue(filterText)} in this project`,
      )
    }
    const values = levelValues(query, names, filter)
    return filter === undefined ? { kind: 'and', parts: [] } : await insideFilter(checking, filter, values, entity)
  } catch (error) {
    throw ptqlProblem(error, { parameter: asked ?? names.filter })
  }
}

function given(names: Names) {
  const all = [...names.queries, names.filter, names.user, names.value, names.subValue]
  return (query: Query) => all.some((name) => sent(query, name) !== undefined)
}

/** `ptql`, `filter-id` and its companions on the lists of entities that filters select (contract §1.15, §2). */
export function criteriaOf(entity: Filtered): NonNullable<ResourceList['criteria']> {
  return {
    given: given(OWN),
    parameters: [
      parameter('ptql', 'Only what this PTQL query selects'),
      parameter('filter-id', 'Only what is inside this filter and its ancestors', { type: 'integer' }),
      parameter('autofilter-value', 'Of an auto-filter: only what has this value of its first level'),
      parameter('sub-autofilter-value', 'Of an auto-filter of two levels: only what has this value of its second'),
      parameter('filter-user-id', 'The user that CURRENT_USER stands for', { type: 'integer' }),
    ],
    async apply(listing, context) {
      const condition = await readCriteria(context, entity, OWN)
      return whereMeets(listing, condition, {
        dialect: context.reader.dialect,
        projectId: context.project.id,
        entity: KINDS[entity].title,
      })
    },
  }
}

/** `set-ptql`, `ptql` and `set-filter-id` on instances and runs: what lies in the test sets that they select. */
export const CRITERIA_OF_SETS: NonNullable<ResourceList['criteria']> = {
  given: given(OF_SETS),
  parameters: [
    parameter('set-ptql', 'Only those in the test sets that this PTQL query selects'),
    parameter('set-filter-id', 'Only those in the test sets inside this filter', { type: 'integer' }),
    parameter('set-filter-user-id', 'The user that CURRENT_USER stands for', { type: 'integer' }),
  ],
  async apply(listing, context) {
    const condition = await readCriteria(context, 'testset', OF_SETS)
    return whereSetMeets(listing, condition, { dialect: context.reader.dialect, projectId: context.project.id })
  },
}
