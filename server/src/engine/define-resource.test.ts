import { expect, it } from 'vitest'
import { derived, shortText, timestamp } from '../core/resource/define-resource.ts'
import { defineResource } from './define-resource.ts'

const head = { type: 'tests', path: 'tests', noun: 'test', table: 'tests', scope: 'project' } as const

it('gives every attribute the column of its name, or the one that is named', () => {
  const { attributes, table } = defineResource({
    ...head,
    columns: { 'last-run': 'last_run_at' },
    joined: ['set_name'],
    attributes: {
      name: shortText('CU'),
      'created-at': timestamp('-'),
      'last-run': timestamp('-'),
      'set-name': shortText('-'),
      derived: derived(() => 1),
    },
  })
  expect(table).toBe('tests')
  expect(Object.entries(attributes).map(([name, { column }]) => `${name} ${column}`)).toEqual([
    'name name',
    'created-at created_at',
    'last-run last_run_at',
    'set-name set_name',
    'derived derived',
  ])
})

it('does not compile with an attribute that its table has no column for', () => {
  const declared = [
    defineResource({
      ...head,
      attributes: {
        name: shortText('CU'),
        // @ts-expect-error tests have no column "no_such"
        'no-such': shortText('CU'),
      },
    }),
    defineResource({
      ...head,
      columns: { name: 'title' },
      attributes: {
        // @ts-expect-error tests have no column "title"
        name: shortText('CU'),
      },
    }),
    // @ts-expect-error there is no such table
    defineResource({ ...head, table: 'testz', attributes: {} }),
  ]
  expect(declared.map(({ table }) => table)).toEqual(['tests', 'tests', 'testz'])
})
