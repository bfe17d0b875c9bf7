import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LISTS } from '../app/registry.ts'
import { isDerived, type Resource, type Row } from '../core/resource/define-resource.ts'
import { renderResource, writerOf } from '../core/resource/render.ts'

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', '\u2028', '\u007f', 'é', '😀', 'a'),
    fc.nat(0xffff).map((n) => String.fromCharCode(n).toWellFormed()),
  ),
  maxLength: 60,
})

/** A cell that a column of this kind may hold. */
function cellOf(kind: string): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'integer':
    case 'id':
      return fc.option(fc.nat(Number.MAX_SAFE_INTEGER))
    case 'timestamp':
      return fc.option(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }))
    case 'duration':
      return fc.nat(2 ** 31 - 1)
    case 'boolean':
      return fc.nat(1)
    case 'tags':
      return fc.array(text).map((tags) => JSON.stringify(tags))
    case 'json':
      return fc.option(fc.dictionary(text, fc.oneof(text, fc.array(text))).map((value) => JSON.stringify(value)))
    default:
      return fc.option(text)
  }
}

function rowOf({ attributes }: Resource): fc.Arbitrary<Row> {
  const columns = Object.values(attributes).flatMap((attribute) =>
    isDerived(attribute)
      ? []
      : [[attribute.column, cellOf(attribute.column === 'last_activity' ? 'timestamp' : attribute.kind.name)] as const],
  )
  // What derived values read, where no attribute is called so.
  const more = {
    steps_count: fc.nat(),
    id: fc.nat(),
    permissions: fc.constant('[]'),
    parameters: fc.constant('{"a":"1"}'),
    groups: fc.constant([]),
    wanted_files: fc.constant([]),
    quarantined: fc.nat(),
    unexplained: fc.nat(),
    gate: fc.constantFrom('passed', 'failed', 'pending'),
  }
  return fc.record({ ...more, ...Object.fromEntries(columns) })
}

describe('rows written as text', () => {
  it.each(LISTS.map(({ resource }) => [resource.type, resource] as const))('are what %s render to', (_, resource) => {
    const flags = Object.values(resource.attributes).flatMap(({ onRequest }) => onRequest ?? [])
    for (const extras of [undefined, new Set(flags)]) {
      const write = writerOf(resource, extras)
      fc.assert(
        fc.property(rowOf(resource), (row) => {
          const rendering = extras === undefined ? {} : { extras }
          expect(write(row, undefined)).toBe(JSON.stringify(renderResource(resource, row, rendering)))
        }),
      )
    }
  })
})
