import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createIdList } from './id-list.ts'

it('holds each id once, ascending, and finds them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 1000 }), (ids) => {
      const list = createIdList()
      for (const id of ids) list.add(id)
      const unique = [...new Set(ids)].sort((a, b) => a - b)
      expect([...list.sorted()]).toEqual(unique)
      expect([0, ...unique, 301].map(list.indexOf)).toEqual([-1, ...unique.keys(), -1])
    }),
  )
})
