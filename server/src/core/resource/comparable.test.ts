import { describe, expect, it } from 'vitest'
import { comparablesOf } from './comparable.ts'
import {
  completeResource,
  fieldValues,
  filled,
  flag,
  folderId,
  id,
  int,
  name,
  oneOf,
  ptql,
  shortText,
  tags,
  timestamp,
} from './define-resource.ts'

const attributes = {
  name: name('C*U'),
  version: shortText('CU', ptql('version', 'Version')),
  note: shortText('CU'),
  kind: oneOf(['slow', 'fast'], 'slow', 'CU'),
  state: shortText('-', { ...filled, words: ['open', 'closed'] }),
  'display-id': int('-', filled),
  'tester-id': id('-', { names: 'user' }),
  'author-id': id('C', ptql('user', 'Author')),
  'folder-id': folderId('CU'),
  'last-run': timestamp('-'),
  enabled: flag('CU', true),
  tags: tags('CU'),
  'custom-fields': fieldValues('CU'),
}

const comparables = comparablesOf(
  completeResource({ type: 'x', path: 'x', noun: 'x', table: 'tests', scope: 'project', attributes }),
)

describe('the attributes that lists are sorted and narrowed by', () => {
  it('are those with one value in a column', () => {
    expect(comparables.has('tags') || comparables.has('custom-fields')).toBe(false)
    expect([...comparables.keys()]).toEqual(Object.keys(attributes).slice(0, -2))
  })

  it('are compared as what they hold or name', () => {
    const as = Object.fromEntries([...comparables].map(([key, comparable]) => [key, comparable.as]))
    expect(as).toEqual({
      ...{ name: 'text', version: 'text', note: 'text', kind: 'word', state: 'word', 'display-id': 'number' },
      ...{ 'tester-id': 'user', 'author-id': 'user', 'folder-id': 'folder', 'last-run': 'timestamp', enabled: 'flag' },
    })
  })

  it('have words in the order of their vocabulary', () => {
    expect(comparables.get('kind')?.words).toEqual(['slow', 'fast'])
    expect(comparables.get('state')?.words).toEqual(['open', 'closed'])
  })

  it('know their folded copy, and whether they may be empty', () => {
    const [folded, empty] = (['folded', 'mayBeEmpty'] as const).map((trait) =>
      [...comparables].flatMap(([key, comparable]) => (comparable[trait] ? key : [])),
    )
    expect(folded).toEqual(['name', 'version'])
    expect(empty).toEqual(['version', 'note', 'tester-id', 'author-id', 'folder-id', 'last-run'])
  })
})
