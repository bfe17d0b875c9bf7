import { type EntityName, reachedFrom } from '../kinds.ts'
import { MAX_FILLED_QUERY } from '../limits.ts'
import { memoize } from '../memoize.ts'
import { both, type Condition, type FieldTest, type PtqlField } from './condition.ts'
import { findField } from './fields.ts'
import { checkedOf, literalsOf, type Reading, testOf, textOf, unsuitable } from './literals.ts'
import { parse } from './parse.ts'
import { errorIn, PtqlError } from './ptql-error.ts'
import type { Literal, Operation, Query } from './syntax.ts'
import { createViews, type SavedFilter, type Views } from './views.ts'

/** What a query may ask about the project that it runs in. */
export interface Directory {
  /** Fields of an entity: the declared ones, and the project's custom fields bound to it. */
  fields(entity: EntityName): Promise<{ system: readonly PtqlField[]; custom: readonly PtqlField[] }>
  /** Ids of users by e-mail or display name (folded), or of groups by name. */
  users(text: string): Promise<readonly number[]>
  groups(text: string): Promise<readonly number[]>
  /** Every filter of an entity in the project. */
  filters(entity: EntityName): Promise<readonly SavedFilter[]>
  /** Throws 403 unless the caller may see entities of that kind. */
  mustView(entity: EntityName): void
}

/** One request's checking: the limits hold over everything that is filled in. */
export interface Checking {
  directory: Directory
  now: number
  /** CURRENT_USER; null = there is none, and a query that needs one is an error. */
  currentUser: number | null
  views: Views
  comparisons: { left: number }
}

interface Scope extends Reading {
  checking: Checking
  entity: EntityName
}

/** Starts the checking of one request. */
export function createChecking(o: Pick<Checking, 'directory' | 'now' | 'currentUser'>): Checking {
  const checking: Checking = {
    ...o,
    comparisons: { left: MAX_FILLED_QUERY.comparisons },
    views: createViews({
      filters: (entity) => o.directory.filters(entity),
      read: (query, entity) => checkQuery(checking, query, entity),
      grouped: (name, value, entity) => groupedBy(checking, name, value, entity),
    }),
  }
  return checking
}

/** Parses a query and looks up everything it names. Throws a PtqlError, or what `mustView` throws. */
export async function checkQuery(checking: Checking, query: string, entity: EntityName): Promise<Condition> {
  const parsed = parse(query)
  const condition = await check({ query, checking, entity, now: checking.now }, parsed)
  const problem = tooLarge(condition)
  if (problem !== undefined) throw errorIn(query, START, problem)
  return condition
}

/** Why a condition is more than a database shall be given; undefined when it is not. */
export function tooLarge(condition: Condition): string | undefined {
  const { nesting, written } = MAX_FILLED_QUERY
  if (depthOf(condition) > nesting) return `with its views filled in it is nested deeper than ${nesting} levels`
  if (sizeOf(condition) <= written) return undefined
  return `with its views written out it holds more than ${written} comparisons and values`
}

const START = { position: 0, text: '' }

function valuesOf(test: FieldTest): number {
  if (test.test === 'ids') return test.ids.length
  if (test.test === 'ranges') return test.ranges.length * 2
  if (test.test === 'words') return test.cells.length
  if (!('text' in test)) return 0
  return (test.text.op === 'equals' ? test.text.values.length * 2 : 1) + ('ids' in test ? test.ids.length : 0)
}

/** How many comparisons and values a condition holds, each reference to a view counted, though it is walked once. */
const sizeOf = memoize((condition: Condition): number => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.reduce((sum, part) => sum + sizeOf(part), 0)
    case 'not':
    case 'view':
      return sizeOf(condition.part)
    case 'linked':
      return 1 + (condition.where ? sizeOf(condition.where) : 0)
    case 'field':
      return 1 + valuesOf(condition.test)
  }
})

/** How deep conditions lie in each other, as if views were written out in parentheses. */
const depthOf = memoize((condition: Condition): number => {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      // OR inside AND takes parentheses, AND inside OR needs none.
      const inAnd = condition.kind === 'and'
      return Math.max(0, ...condition.parts.map((part) => depthOf(part) + (inAnd && part.kind === 'or' ? 1 : 0)))
    }
    case 'not':
    case 'view':
      return 1 + depthOf(condition.part)
    case 'linked':
      return 1 + (condition.where ? depthOf(condition.where) : 0)
    case 'field':
      return 0
  }
})

async function check(scope: Scope, query: Query): Promise<Condition> {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const parts: Condition[] = []
      for (const part of query.parts) parts.push(await check(scope, part))
      return { kind: query.kind, parts }
    }
    case 'not':
      return { kind: 'not', part: await check(scope, query.part) }
    case 'linked':
      return linked(scope, query)
    case 'view':
      return scope.checking.views.find(scope.query, query, scope.entity)
    case 'comparison':
      return comparison(scope, query)
  }
}

async function linked(scope: Scope, { entity, at, where }: Query & { kind: 'linked' }): Promise<Condition> {
  const reachable = reachedFrom(scope.entity)
  if (!reachable.includes(entity)) {
    const problem = `${scope.entity} is not linked to ${entity}, only to ${reachable.join(', ')}`
    throw errorIn(scope.query, at, problem)
  }
  scope.checking.directory.mustView(entity)
  spend(scope, at)
  const inner = where && (await check({ ...scope, entity }, where))
  return { kind: 'linked', from: scope.entity, to: entity, ...(inner ? { where: inner } : {}) }
}

function spend({ query, checking }: Scope, at: { position: number; text: string }): void {
  if (--checking.comparisons.left < 0) {
    throw errorIn(query, at, `with its views filled in it holds more than ${MAX_FILLED_QUERY.comparisons} comparisons`)
  }
}

async function comparison(scope: Scope, query: Query & { kind: 'comparison' }): Promise<Condition> {
  const { field: named, at, operation, negated } = query
  spend(scope, named)
  const { system, custom } = await scope.checking.directory.fields(scope.entity)
  const field = findField(scope.query, named, scope.entity, system, custom)
  const problem = unsuitable(field, operation.op)
  if (problem !== undefined) throw errorIn(scope.query, at, problem)
  const condition = await fieldCondition(scope, field, operation)
  return negated ? { kind: 'not', part: condition } : condition
}

async function fieldCondition(scope: Scope, field: PtqlField, operation: Operation): Promise<Condition> {
  const on = (test: FieldTest): Condition => ({ kind: 'field', entity: scope.entity, field, test })
  const literals = literalsOf(operation)
  if (field.type === 'checkbox' && literals[0]) {
    const checked = on({ test: 'checked' })
    return checkedOf(scope, field, literals[0]) ? checked : { kind: 'not', part: checked }
  }
  if ((field.type === 'user' || field.type === 'assignee') && operation.op !== 'EMPTY') {
    const ids: number[] = []
    for (const literal of literals) ids.push(...(await idsOf(scope, field, literal)))
    return on({ test: 'ids', ids })
  }
  return on(testOf(scope, field, operation))
}

/** Ids that a literal of a user field means: CURRENT_USER, an id, an e-mail, a display name or a group's name. */
async function idsOf(scope: Scope, field: PtqlField, literal: Literal): Promise<number[]> {
  const { currentUser, directory } = scope.checking
  if (literal.kind === 'CURRENT_USER') {
    if (currentUser !== null) return [currentUser]
    throw errorIn(scope.query, literal, 'CURRENT_USER means nobody here: send filter-user-id, or a personal token')
  }
  const text = textOf(scope, field, literal)
  const ids = [...(await directory.users(text))]
  if (field.type === 'assignee') ids.push(...(await directory.groups(text)))
  if (/^\d{1,15}$/.test(text)) ids.push(Number(text))
  return ids
}

/** The condition that a field reads as a value: what an auto-filter groups by (contract §1.15). */
async function groupedBy(checking: Checking, name: string, value: string, entity: EntityName): Promise<Condition> {
  const field = await fieldOfAutofilter(checking.directory, name, entity)
  const scope: Scope = { query: value, checking, entity, now: checking.now }
  const literal: Literal = { kind: 'string', value, position: 0, text: value }
  const isId = field.type === 'user' || field.type === 'assignee'
  if (isId) {
    const ids = /^\d{1,15}$/.test(value) ? [Number(value)] : []
    return { kind: 'field', entity, field, test: { test: 'ids', ids } }
  }
  const empty: Condition = { kind: 'field', entity, field, test: testOf(scope, field, { op: 'EMPTY' }) }
  try {
    const equal = await fieldCondition(scope, field, { op: '=', value: literal })
    return both(equal, { kind: 'not', part: empty })
  } catch (error) {
    // A value that the field cannot have is one that no entity has.
    if (error instanceof PtqlError) return { kind: 'or', parts: [] }
    throw error
  }
}

const PREFIXES: Partial<Record<EntityName, string>> = {
  Requirement: 'requirement_',
  Test: 'test_',
  TestSet: 'test_set_',
  Issue: 'issue_',
}

/** The field that an auto-filter names, by its name or its uniq-name (`test_status`, `___f_12`; contract §4.5). */
export async function fieldOfAutofilter(
  directory: Pick<Directory, 'fields'>,
  name: string,
  entity: EntityName,
): Promise<PtqlField> {
  const { system, custom } = await directory.fields(entity)
  const find = (text: string) => findField(text, { name: text, text, position: 0 }, entity, system, custom)
  const prefix = PREFIXES[entity] ?? ''
  if (!name.toLowerCase().startsWith(prefix)) return find(name)
  try {
    return find(name)
  } catch {
    return find(name.slice(prefix.length))
  }
}
