import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBareDatabase } from '../test/bare-database.ts'
import type { Database } from './handle.ts'
import { insertRows, updateRows } from './store.ts'

describe.each(['sqlite', 'postgres'] as const)('rows on %s', (dialect) => {
  let database: Database
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ database, close } = await openBareDatabase(dialect))
  })
  afterAll(() => close?.())

  const milestone = (projectId: number, id: number) => ({
    project_id: projectId,
    id,
    display_id: id,
    name: `Release "${id}" of 'ß' \\ 日本`,
    name_hash: id,
    name_folded: `release ${id}`,
    description: id % 2 === 0 ? null : 'odd',
    milestone_status: '',
    custom_fields: '{}',
    created_at: 1,
    updated_at: 1,
  })
  const read = async (projectId: number) =>
    database.read.db
      .selectFrom('milestones')
      .select(['id', 'name', 'description', 'updated_at'])
      .where('project_id', '=', projectId)
      .orderBy('id')
      .execute()

  it('are all stored, however many: in groups of hundreds, tens and single ones, with their letters', async () => {
    const ids = Array.from({ length: 237 }, (_, n) => n + 1)
    const rows = ids.map((id) => milestone(1, id))
    await database.write(0, (tx) => insertRows(tx, 'milestones', rows as never))
    expect((await read(1)).map(({ id, name, description }) => ({ id, name, description }))).toEqual(
      rows.map(({ id, name, description }) => ({ id, name, description })),
    )
    const found = await database.read.db
      .selectFrom('milestones as m')
      .select('m.id')
      .where('m.project_id', '=', 1)
      .where(database.read.dialect.nameContains('milestones', 'm', 'ase 23') as never)
      .orderBy('m.id')
      .execute()
    expect(found.map(({ id }) => id)).toEqual([23, 230, 231, 232, 233, 234, 235, 236, 237])
  })

  it('whose key is there already are left alone when asked, and refuse the whole otherwise', async () => {
    const rows = [milestone(1, 5), milestone(1, 500)].map((row) => ({ ...row, description: 'again' }))
    await expect(database.write(0, (tx) => insertRows(tx, 'milestones', rows as never))).rejects.toThrow()
    expect((await read(1)).length).toBe(237)
    await database.write(0, (tx) => insertRows(tx, 'milestones', rows as never, { skipExisting: true }))
    const stored = (await read(1)).filter(({ id }) => id === 5 || id === 500)
    expect(stored.map(({ description }) => description)).toEqual(['odd', 'again'])
  })

  it('that differ in their columns are refused before anything is lost', async () => {
    const [one, two] = [milestone(2, 1), milestone(2, 2)]
    const other = { ...two, start_date: '2026-11-25' }
    await expect(database.write(0, (tx) => insertRows(tx, 'milestones', [one, other] as never))).rejects.toThrow(
      /differ in their columns/,
    )
    const { description: _, ...fewer } = { ...two, milestone_typo: 'x' }
    await expect(database.write(0, (tx) => insertRows(tx, 'milestones', [one, fewer] as never))).rejects.toThrow(
      /differ in their columns/,
    )
    expect(await read(2)).toEqual([])
  })

  it('change many at a time, each its own cells, in one project only', async () => {
    const rows = [1, 2, 3].map((id) => milestone(3, 10_000 + id))
    const twins = [1, 2, 3].map((id) => milestone(4, 10_000 + id))
    await database.write(0, async (tx) => {
      await insertRows(tx, 'milestones', [...rows, ...twins] as never)
      await updateRows(tx, 'milestones', 3, [
        { description: 'it\'s "new" \\ 日本', id: 10_001, updated_at: 7 },
        { description: null, id: 10_003, updated_at: 9_007_199_254_740_991 },
        { description: 'nobody', id: 77, updated_at: 1 },
      ])
    })
    const cells = (list: Awaited<ReturnType<typeof read>>) => list.map((row) => [row.description, row.updated_at])
    expect(cells(await read(3))).toEqual([
      ['it\'s "new" \\ 日本', 7],
      [null, 1],
      [null, 9_007_199_254_740_991],
    ])
    expect(cells(await read(4))).toEqual([
      ['odd', 1],
      [null, 1],
      ['odd', 1],
    ])
  })

  it('of a transaction that fails are gone, whether it ran alone or with others', async () => {
    const store = (id: number, fails: boolean) =>
      database.write(0, async (tx) => {
        await insertRows(tx, 'milestones', [milestone(5, id)] as never)
        if (fails) throw new Error(`no ${id}`)
      })
    await expect(store(1, true)).rejects.toThrow('no 1')
    await store(2, false)
    const outcomes = await Promise.allSettled([store(3, true), store(4, false), store(5, true), store(6, false)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect((await read(5)).map(({ id }) => id)).toEqual([2, 4, 6])
  })
})
