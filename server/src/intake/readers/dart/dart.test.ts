import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { outline, readText } from '../test-support.ts'
import { dart } from './dart.format.ts'

const { text } = fixtures(import.meta.url)

describe('Dart JSON', () => {
  itReads(dart, import.meta.url, {
    'tests.jsonl': [
      'error [suite] {chrome}',
      'passed adds an item [cart]',
      'failed counts <two> ✓ [cart]',
      'skipped removes an item [cart]',
      'error breaks [cart]',
      'passed takes 5 percent [cart | with a voucher]',
      'error takes 5 percent [cart | with a voucher]',
    ],
  })
})

describe('what Dart says besides the verdict', () => {
  it('gives a file that could not be loaded its error', () => {
    expect(readText(dart, text('tests.jsonl')).cases[0]).toMatchObject({
      name: '[suite]',
      file: 'test/broken_test.dart',
      attempts: [{ status: 'error', message: 'Failed to load "test/broken_test.dart": no such package' }],
    })
  })

  it('leaves out what the tool of Flutter says', () => {
    const reading = readText(dart, text('tests.jsonl').replace('\n', '\n[{"event":"test.startedProcess"}]\nHello\n'))
    expect(reading.notes).toEqual(['A line that is not JSON was left out (line 3)'])
  })

  it('tells of tests that never ended', () => {
    const begun = text('tests.jsonl').split('\n').slice(0, 13).join('\n')
    const reading = readText(dart, begun)
    expect(outline(reading)).toEqual(['error [suite] {chrome}', 'error adds an item [cart]'])
    expect(reading.cut).toBe('The report ends before the run did')
  })
})
