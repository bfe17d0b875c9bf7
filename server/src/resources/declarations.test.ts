import { describe, expect, it } from 'vitest'
import { LISTS } from '../app/registry.ts'
import { completeResource, shortText } from '../core/resource/define-resource.ts'
import { docOf, resourceSchema } from '../core/resource/resource-schemas.ts'
import { foldedColumns } from '../features/entities/entity-store.ts'
import { shapesAfter } from '../operator/dump-shapes.ts'
import { NEWEST_SCHEMA } from '../operator/schema-state.ts'
import { KIND_LISTS } from './kind-lists.ts'

describe('every declaration', () => {
  it('has words for its attributes: in attribute-docs.ts, or its own', () => {
    const missing = LISTS.flatMap(({ resource, single = resource }) =>
      Object.entries({ ...resource.attributes, ...single.attributes })
        .filter(([name, attribute]) => docOf(name, attribute) === undefined)
        .map(([name]) => `${resource.type}: ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('is shown and served all the same where words are missing', () => {
    const attributes = { 'never-heard-of': shortText('CU') }
    const made = completeResource({ type: 'x', path: 'x', noun: 'x', table: 'tests', scope: 'project', attributes })
    expect(resourceSchema(made)).toMatchObject({
      properties: { attributes: { properties: { 'never-heard-of': { type: ['string', 'null'] } } } },
    })
  })

  it('has a folded copy beside the texts that queries compare, and beside no others', async () => {
    const shapes = await shapesAfter(NEWEST_SCHEMA)
    for (const { resource } of Object.values(KIND_LISTS)) {
      const columns = [...(shapes.get(resource.table)?.keys() ?? [])]
      const folded = columns.filter((column) => column.endsWith('_folded') && column !== 'name_folded')
      const declared = foldedColumns(resource).map((column) => `${column}_folded`)
      expect([resource.type, folded.sort()]).toEqual([resource.type, declared.sort()])
    }
  })
})
