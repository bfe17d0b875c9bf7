import { beforeAll, expect, it } from 'vitest'
import { expectLinear } from '../../../test-support/growth.ts'
import { TABLE_NAMES } from '../db/tables.ts'
import { createDumpChecker } from './check-dump.ts'
import { type DumpHeader, type DumpLine, decodeLines } from './dump-lines.ts'
import { type Shapes, shapesAfter } from './dump-shapes.ts'
import { NEWEST_SCHEMA } from './schema-state.ts'

let shapes: Shapes
beforeAll(async () => {
  shapes = await shapesAfter(NEWEST_SCHEMA)
})

const header: DumpHeader = { assay: 'backup', format: 1, schema: NEWEST_SCHEMA, made: '', 'last-id': 2 ** 31 - 1 }
const columnsOf = (table: string) => [...(shapes.get(table)?.keys() ?? [])]
const checker = () => createDumpChecker({ header, shapes, columnsOf })

it('knows every table that a backup may hold', () => {
  for (const table of TABLE_NAMES) expect([table, columnsOf(table).length]).toEqual([table, expect.any(Number)])
  expect(TABLE_NAMES.filter((table) => columnsOf(table).length === 0)).toEqual([])
})

/** A row of a table with as little in it as may be. */
function lineOf(table: string, id: number): DumpLine {
  const cells = [...(shapes.get(table) ?? [])].map(([column, { type, isNullable }]) => {
    if (column === 'id') return [column, id]
    return [column, isNullable ? null : type === 'text' ? '{}' : 1]
  })
  return { table, row: Object.fromEntries(cells) }
}

it('takes time in proportion to the rows', async () => {
  const linesOf = (count: number) => Array.from({ length: count }, (_, n) => lineOf('groups', n + 1))
  await expectLinear(5_000, linesOf, (lines) => {
    const { take } = checker()
    for (const line of lines) take(line)
  })
})

it('ends a line that has no end', async () => {
  async function* endless() {
    const chunk = Buffer.alloc(8 * 1024 * 1024, 0x61)
    yield Buffer.from('{"assay":"backup","format":1}\n')
    for (;;) yield chunk
  }
  const read = async () => {
    for await (const _line of decodeLines(endless())) {
      // Nothing but the header comes.
    }
  }
  await expect(read()).rejects.toThrow('longer than any that Assay writes')
})
