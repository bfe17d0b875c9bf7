import { sql } from 'kysely'
import { type EntityName, KINDS, wordOfName } from '../../core/kinds.ts'
import type { Membership, Predicate } from './predicates.ts'

interface Making {
  projectId: number
  alias(letter: string): string
}

type Inner = (row: string) => Predicate

/**
 * How one kind of entity leads to another: stored links, the instances between tests and sets, or the milestone that a
 * set names. `inner` is the condition on the far end, by its alias.
 */
export function linkTo(
  { projectId, alias }: Making,
  from: EntityName,
  to: EntityName,
  inner: Inner | undefined,
): Omit<Membership, 'alias'> {
  const far = alias('x')
  const column = (row: string, name: string) => sql.ref(`${row}.${name}`)
  const inProject = (row: string) => sql`${column(row, 'project_id')} = ${projectId}`
  const joined = (table: string, row: string, on: Predicate) =>
    sql` join ${sql.table(table)} as ${sql.ref(row)} on ${inProject(row)} and ${on}`
  const farEnd = inner === undefined ? [] : [inner(far)]
  /**
   * A table that links, led to by the far end where there is a condition on it: few pass that, and their links are found
   * by index. SQLite keeps the order of a cross join; PostgreSQL finds its own.
   */
  const led = (table: Predicate, on: Predicate) =>
    inner === undefined
      ? { table, where: [] }
      : {
          table: sql`${sql.table(KINDS[wordOfName(to)].table)} as ${sql.ref(far)} cross join ${table}`,
          where: [inProject(far), on],
        }

  if (from === 'TestSet' && to === 'Milestone') {
    const table = sql`milestones as ${sql.ref(far)}`
    return { from: table, key: `${far}.id`, where: [inProject(far), ...farEnd], target: 'milestone_id' }
  }
  if (from === 'Milestone' && to === 'TestSet') {
    const table = sql`sets as ${sql.ref(far)}`
    const where = [inProject(far), sql`${column(far, 'milestone_id')} is not null`, ...farEnd]
    return { from: table, key: `${far}.milestone_id`, where, target: 'id' }
  }
  if ((from === 'Test' && (to === 'TestSet' || to === 'Milestone')) || (from === 'TestSet' && to === 'Test')) {
    const instance = alias('i')
    const table = sql`instances as ${sql.ref(instance)}`
    const key = `${instance}.${from === 'Test' ? 'test_id' : 'set_id'}`
    const where = [inProject(instance), ...farEnd]
    if (to !== 'Milestone') {
      const on = sql`${column(far, 'id')} = ${column(instance, to === 'Test' ? 'test_id' : 'set_id')}`
      const ends = led(table, on)
      return { from: ends.table, key, where: [...ends.where, ...where], target: 'id' }
    }
    const set = alias('s')
    const viaSet = joined('sets', set, sql`${column(set, 'id')} = ${column(instance, 'set_id')}`)
    // Joined always: a set may still name a milestone that was deleted.
    const milestone = joined('milestones', far, sql`${column(far, 'id')} = ${column(set, 'milestone_id')}`)
    return { from: sql`${table}${viaSet}${milestone}`, key, where, target: 'id' }
  }
  const link = alias('l')
  const ends = led(sql`links as ${sql.ref(link)}`, sql`${column(far, 'id')} = ${column(link, 'to_id')}`)
  return {
    from: ends.table,
    key: `${link}.from_id`,
    where: [
      ...ends.where,
      inProject(link),
      sql`${column(link, 'from_kind')} = ${KINDS[wordOfName(from)].type}`,
      sql`${column(link, 'to_kind')} = ${KINDS[wordOfName(to)].type}`,
      ...farEnd,
    ],
    target: 'id',
  }
}
