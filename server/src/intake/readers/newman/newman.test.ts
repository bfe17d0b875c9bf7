import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { newman } from './newman.format.ts'

const { text } = fixtures(import.meta.url)

describe('Newman JSON', () => {
  itReads(newman, import.meta.url, {
    'newman.json': [
      'passed answers 200 [cart | Add an item] (iteration=1)',
      'failed holds <two> & ✓ [cart | Add an item] (iteration=1)',
      'skipped is later [cart | Add an item] (iteration=1)',
      'error [suite] [cart | Broken script] (iteration=1)',
      'error [suite] [No server] (iteration=1)',
      'failed answers [No server] (iteration=1)',
      'passed answers 200 [cart | Add an item] (iteration=2)',
      'failed holds <two> & ✓ [cart | Add an item] (iteration=2)',
      'skipped is later [cart | Add an item] (iteration=2)',
      'error [suite] [cart | Broken script] (iteration=2)',
      'error [suite] [No server] (iteration=2)',
      'failed answers [No server] (iteration=2)',
    ],
  })
})

describe('what Newman says besides the verdict', () => {
  it('tells of requests and scripts that broke', () => {
    const { cases, notes } = readText(newman, text('newman.json'), { size: 4096 })
    expect(
      cases
        .filter(({ name }) => name === '[suite]')
        .map(({ path, attempts }) => [path, attempts[0]?.type, attempts[0]?.message]),
    ).toEqual(
      [1, 2].flatMap(() => [
        [['cart', 'Broken script'], 'TypeError', 'broken'],
        [['No server'], undefined, 'connect ECONNREFUSED 127.0.0.1:1'],
      ]),
    )
    expect(notes).toHaveLength(1)
  })

  it('keeps no address, which may hold a secret', () => {
    const { cases } = readText(newman, text('newman.json'), { size: 4096 })
    expect(cases[0]?.properties).toEqual([
      ['method', 'GET'],
      ['response', '200 OK'],
    ])
  })
})
