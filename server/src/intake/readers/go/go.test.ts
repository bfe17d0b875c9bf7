import { describe, expect, it } from 'vitest'
import { fixtures, itReads } from '../test-fixtures.ts'
import { readText } from '../test-support.ts'
import { go } from './go.format.ts'

const { text } = fixtures(import.meta.url)

describe('go test -json', () => {
  itReads(go, import.meta.url, {
    'go-1.19.jsonl': [
      'passed example.org/shop/till › TestOpen',
      'passed example.org/shop/cart › TestAdd',
      'passed example.org/shop/cart › TestCount/none',
      'skipped example.org/shop/cart › TestRemove',
      'passed example.org/shop/cart › TestGröße',
      'passed example.org/shop/cart › TestParallel',
      'error example.org/shop/broken › [suite]',
      'failed example.org/shop/till › TestPanic',
      'failed example.org/shop/cart › TestCount/two_items',
      'failed example.org/shop/cart › TestCount',
    ],
    'go-1.24.jsonl': [
      'passed example.org/shop/cart › TestAdd',
      'error example.org/shop/till › [suite]',
      'error example.org/shop/main › [suite]',
      'error example.org/shop/slow › TestSleeps',
    ],
    'gotestsum-reruns.jsonl': [
      'passed example.org/shop/cart › TestTwice',
      'passed example.org/shop/cart › TestAdd',
      'failed>passed example.org/shop/cart › TestFlaky',
      'failed example.org/shop/cart › TestTwice',
    ],
    'gotestsum.jsonl': [
      'passed example.org/shop/cart › TestAdd',
      'passed example.org/shop/cart › TestCount/none',
      'skipped example.org/shop/cart › TestRemove',
      'passed example.org/shop/cart › TestGröße',
      'passed example.org/shop/cart › TestParallel',
      'passed example.org/shop/cart › TestParallel',
      'failed>failed example.org/shop/cart › TestCount/two_items',
      'failed>failed example.org/shop/cart › TestCount',
      'failed>passed example.org/shop/cart › TestFlaky',
    ],
    'stderr-merged.jsonl': ['passed example.org/shop/cart › TestAdd', 'error example.org/shop/broken › [suite]'],
  })
})

describe('what Go says besides the verdict', () => {
  const read = (name: string) => readText(go, text(name), { size: 4096 }).cases
  const attempt = (file: string, wanted: string) => read(file).find(({ name }) => name === wanted)?.attempts[0]

  it('leaves the lines around a test out of its output', () => {
    expect(attempt('go-1.19.jsonl', 'TestAdd')).toEqual({
      status: 'passed',
      seconds: 0,
      startedAt: Date.parse('2026-11-28T10:41:11.210Z'),
      output: 'adding\n',
      steps: [],
      attachments: [],
    })
  })

  it('finds the verdict behind output without a line end', () => {
    expect(attempt('go-1.19.jsonl', 'TestParallel')).toMatchObject({ status: 'passed', output: 'no newline' })
  })

  it('reads panics', () => {
    expect(attempt('go-1.19.jsonl', 'TestPanic')).toMatchObject({
      status: 'failed',
      type: 'panic',
      message: 'assignment to entry in nil map [recovered]',
    })
  })

  it.each([
    ['go-1.19.jsonl', 'FAIL\texample.org/shop/broken [build failed]'],
    ['stderr-merged.jsonl', 'broken/broken_test.go:3:28: undefined: undefined'],
    ['go-1.24.jsonl', 'till/till_test.go:3:28: undefined: größe'],
  ])('keeps why a package could not be built: %s', (file, output) => {
    expect(attempt(file, '[suite]')?.output).toContain(output)
  })

  it('keeps attributes of tests', () => {
    expect(read('go-1.24.jsonl').find(({ name }) => name === 'TestAdd')?.properties).toEqual([['assay_test', '#12']])
  })

  it('tells of tests that were running when the program ended, or the report', () => {
    expect(attempt('go-1.24.jsonl', 'TestSleeps')).toMatchObject({
      status: 'error',
      message: 'test timed out after 1s',
    })
    const begun = '{"Action":"run","Package":"p","Test":"T"}\n'
    expect(readText(go, begun)).toMatchObject({
      cases: [{ name: 'T', attempts: [{ status: 'error', message: 'It did not end: the report did' }] }],
      cut: 'The report ends before the package p did',
    })
  })

  it('finds attachments and properties in the output', () => {
    const line = (event: object) => JSON.stringify({ Package: 'p', ...event })
    const output = '[[ATTACHMENT|out/shot.png]]\n[[PROPERTY|assay_test=#12]]\n'
    const report = [
      line({ Action: 'output', Test: 'T', Output: output }),
      line({ Action: 'pass', Test: 'T' }),
      line({ Action: 'pass' }),
    ]
    expect(readText(go, report.join('\n')).cases[0]).toMatchObject({
      properties: [['assay_test', '#12']],
      attempts: [{ attachments: [{ path: 'out/shot.png' }] }],
    })
  })
})
