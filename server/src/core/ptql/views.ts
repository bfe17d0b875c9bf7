import type { EntityName } from '../kinds.ts'
import { fold } from '../text.ts'
import type { Condition } from './condition.ts'
import { errorIn, PtqlError, type Span } from './ptql-error.ts'
import type { Query } from './syntax.ts'

/** A stored filter, as far as queries care (contract §7.5). */
export interface SavedFilter {
  id: number
  name: string
  parentId: number | null
  /** Criteria; null selects everything. */
  ptql: string | null
  /** One or two field names when it groups, else none. */
  autofilterFields: readonly string[]
  /** Whether the caller may name it; ancestors count whoever owns them. */
  visible: boolean
}

/** A stored filter whose criteria cannot be read any more; its message names the filter. */
export class BrokenFilter extends Error {
  readonly filterId: number
  readonly error: PtqlError

  constructor(filter: SavedFilter, error: PtqlError) {
    super(`The filter "${filter.name}" (#${filter.id}) cannot be used: ${error.message}`)
    this.name = 'BrokenFilter'
    this.filterId = filter.id
    this.error = error
  }
}

export interface Views {
  /** The condition of `VIEW …` in a query. */
  find(query: string, view: Query & { kind: 'view' }, entity: EntityName): Promise<Condition>
  /** Being inside a filter: its criteria and those of all its ancestors. Throws a BrokenFilter. */
  inside(filter: SavedFilter, entity: EntityName): Promise<Condition>
  /** Having a value in a level of an auto-filter. */
  having(filter: SavedFilter, level: 0 | 1, value: string, entity: EntityName): Promise<Condition>
}

interface Parts {
  filters(entity: EntityName): Promise<readonly SavedFilter[]>
  read(query: string, entity: EntityName): Promise<Condition>
  grouped(field: string, value: string, entity: EntityName): Promise<Condition>
}

/** Fills filters in; each one's criteria are read, and count, once per request (contract §2). */
export function createViews({ filters, read, grouped }: Parts): Views {
  const own = new Map<number, Condition>()
  const reading = new Set<number>()

  async function ownCriteria(filter: SavedFilter, entity: EntityName): Promise<Condition> {
    const known = own.get(filter.id)
    if (known) return known
    if (reading.has(filter.id)) {
      const at = { position: 0, text: filter.ptql ?? '' }
      throw errorIn(filter.ptql ?? '', at, `the filter "${filter.name}" (#${filter.id}) refers back to itself`)
    }
    reading.add(filter.id)
    try {
      const part = filter.ptql === null ? { kind: 'and' as const, parts: [] } : await read(filter.ptql, entity)
      const condition: Condition = { kind: 'view', id: filter.id, entity, part }
      own.set(filter.id, condition)
      return condition
    } catch (error) {
      throw error instanceof PtqlError ? new BrokenFilter(filter, error) : error
    } finally {
      reading.delete(filter.id)
    }
  }

  async function inside(filter: SavedFilter, entity: EntityName): Promise<Condition> {
    const byId = new Map((await filters(entity)).map((each) => [each.id, each]))
    const parts: Condition[] = []
    const seen = new Set<number>()
    for (let each: SavedFilter | undefined = filter; each && !seen.has(each.id); ) {
      seen.add(each.id)
      parts.push(await ownCriteria(each, entity))
      each = each.parentId === null ? undefined : byId.get(each.parentId)
    }
    return { kind: 'and', parts }
  }

  async function having(filter: SavedFilter, level: 0 | 1, value: string, entity: EntityName): Promise<Condition> {
    try {
      return await grouped(filter.autofilterFields[level] as string, value, entity)
    } catch (error) {
      throw error instanceof PtqlError ? new BrokenFilter(filter, error) : error
    }
  }

  /** The first step of a path: a root; a name that stands alone may be that of any filter, if only one bears it. */
  function first(query: string, named: readonly SavedFilter[], alone: boolean, name: string, at: Span): SavedFilter {
    const roots = named.filter(({ parentId }) => parentId === null)
    const candidates = roots.length > 0 || !alone ? roots : named
    const [found, second] = candidates
    if (found === undefined) throw errorIn(query, at, `there is no filter "${name}" here`)
    if (second !== undefined) throw errorIn(query, at, `several filters are called "${name}"; use # and the id`)
    return found
  }

  async function walk(query: string, path: { name: string; at: Span }[], entity: EntityName): Promise<Condition> {
    const visible = (await filters(entity)).filter((filter) => filter.visible)
    const called = (name: string) => visible.filter((filter) => fold(filter.name) === fold(name))
    const [start, ...steps] = path as [{ name: string; at: Span }]
    let filter = first(query, called(start.name), steps.length === 0, start.name, start.at)
    const values: string[] = []
    for (const { name, at } of steps) {
      const children = values.length > 0 ? [] : called(name).filter(({ parentId }) => parentId === filter.id)
      if (children.length > 1) throw errorIn(query, at, `several filters are called "${name}" there; use # and the id`)
      if (children[0]) filter = children[0]
      else if (values.length < filter.autofilterFields.length) values.push(name)
      else throw errorIn(query, at, `the filter "${filter.name}" has no child and no value "${name}"`)
    }
    const parts = [await inside(filter, entity)]
    for (const [level, value] of values.entries()) parts.push(await having(filter, level as 0 | 1, value, entity))
    return { kind: 'and', parts }
  }

  return {
    inside,
    having,
    async find(query, view, entity) {
      try {
        if (view.path !== undefined) return await walk(query, view.path, entity)
        const filter = (await filters(entity)).find(({ id, visible }) => visible && id === view.id)
        if (filter === undefined) throw errorIn(query, view.at, `there is no filter #${view.id} here`)
        return await inside(filter, entity)
      } catch (error) {
        // Only the outermost query has places that its sender can see.
        throw error instanceof BrokenFilter ? errorIn(query, view.at, lowerFirst(error.message)) : error
      }
    },
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
