import { describe, expect, it } from 'vitest'
import type { StatusRow } from '../../db/schema.ts'
import { numbered, placeAt } from './statuses.rules.ts'

const status = (id: number, position: number): StatusRow => ({
  project_id: 2,
  id,
  name: `status ${id}`,
  name_folded: `status ${id}`,
  resolution: null,
  initial: 0,
  closed: 0,
  position,
})

const order = (statuses: readonly StatusRow[]) => statuses.map(({ id, position }) => [id, position])

describe('a status at a position', () => {
  const three = [status(11, 1), status(12, 2), status(13, 3)]

  it.each([
    ['forward', 11, 2, [12, 11, 13]],
    ['to the end', 11, 3, [12, 13, 11]],
    ['beyond the end', 11, 99, [12, 13, 11]],
    ['back', 13, 2, [11, 13, 12]],
    ['to the beginning', 13, 1, [13, 11, 12]],
    ['where it is', 12, 2, [11, 12, 13]],
  ])('moves %s', (_, id, position, ids) => {
    const moved = three.find((row) => row.id === id) as StatusRow
    expect(order(placeAt(three, moved, position))).toEqual(ids.map((each, index) => [each, index + 1]))
  })

  it.each([
    [1, [14, 11, 12, 13]],
    [3, [11, 12, 14, 13]],
    [4, [11, 12, 13, 14]],
    [5, [11, 12, 13, 14]],
  ])('is new at %i', (position, ids) => {
    expect(order(placeAt(three, status(14, 0), position))).toEqual(ids.map((each, index) => [each, index + 1]))
  })

  it('is the first of none', () => {
    expect(order(placeAt([], status(14, 7), 7))).toEqual([[14, 1]])
  })

  it('is taken as given, not as it stood among the others', () => {
    const renamed = { ...status(12, 2), name: 'renamed' }
    expect(placeAt(three, renamed, 1).map(({ name }) => name)).toEqual(['renamed', 'status 11', 'status 13'])
  })

  it('leaves what it was given as it was', () => {
    placeAt(three, status(14, 0), 1)
    expect(order(three)).toEqual([
      [11, 1],
      [12, 2],
      [13, 3],
    ])
  })
})

it('numbers statuses from 1 without gaps, in the order given', () => {
  expect(order(numbered([status(13, 9), status(11, 4), status(12, 4)]))).toEqual([
    [13, 1],
    [11, 2],
    [12, 3],
  ])
  expect(numbered([])).toEqual([])
})
