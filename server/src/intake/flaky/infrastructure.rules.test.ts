import { describe, expect, it } from 'vitest'
import { type ImportFigures, isInfrastructure } from './infrastructure.rules.ts'

const OUTAGE: ImportFigures = { usual: 100, ran: 100, failed: 95, causes: [60, 30, 5], failingInBase: 0.01 }

describe('isInfrastructure', () => {
  it('is that nearly all of a shard fails for very few reasons', () => {
    expect(isInfrastructure(OUTAGE)).toBe(true)
    expect(isInfrastructure({ ...OUTAGE, ran: 50, failed: 40, causes: [32, 8] })).toBe(true)
    expect(isInfrastructure({ usual: 10, ran: 5, failed: 4, causes: [4], failingInBase: 0 })).toBe(true)
  })

  it.each<[string, Partial<ImportFigures>]>([
    ['a shard of nine tests', { usual: 9, ran: 9, failed: 9, causes: [9] }],
    ['a shard of which less than half ran', { ran: 49, failed: 49, causes: [49] }],
    ['that four in five failed, not quite', { failed: 79, causes: [79] }],
    ['that many things are wrong', { causes: [20, 20, 20, 20, 15] }],
    ['what failed before', { failingInBase: 0.2 }],
    ['what nothing is compared with', { failingInBase: null }],
    ['that nothing ran', { ran: 0, failed: 0, causes: [] }],
  ])('is not: %s', (_, figures) => {
    expect(isInfrastructure({ ...OUTAGE, ...figures })).toBe(false)
  })
})
