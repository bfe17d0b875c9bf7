import { describe, expect, it } from 'vitest'
import { statusOfWord, stepStatusOfWord } from './words.ts'

describe('words for outcomes', () => {
  it.each<[string, string[]]>([
    [
      'passed',
      ['passed', 'Pass', 'SUCCESS', 'successful', 'ok', 'true', 'Completed', 'expected', 'xpass', 'risky', 'flaky'],
    ],
    [
      'failed',
      ['failed', 'FAIL', 'failure', 'Timed Out', 'timed-out', 'TIMEOUT', 'interrupted', 'killed', 'unexpected'],
    ],
    ['error', ['error', 'errored', 'broken', 'crashed']],
    ['blocked', ['blocked', 'Inconclusive']],
    [
      'skipped',
      ['skipped', 'ignored', 'disabled', 'pending', 'todo', 'NotRun', 'not-run', 'NOT_EXECUTED', 'manual', 'xfail'],
    ],
  ])('that mean %s', (status, words) => {
    expect(words.map((word) => statusOfWord(word))).toEqual(words.map(() => status))
  })

  it.each(['', 'constructor', '__proto__', 'hasOwnProperty', 'banana'])('%j is none', (word) => {
    expect(statusOfWord(word)).toBeUndefined()
  })

  it('may mean something else in one format', () => {
    expect([statusOfWord('Aborted'), statusOfWord('Aborted', { aborted: 'skipped' })]).toEqual(['failed', 'skipped'])
  })

  it('are those of steps too, and steps may be not applicable', () => {
    const words = ['passed', 'Failure', 'errored', 'no run', 'N/A', 'blocked', 'untested', 'banana', 'toString']
    expect(words.map((word) => stepStatusOfWord(word))).toEqual([
      'PASSED',
      'FAILED',
      'FAILED',
      'NO RUN',
      'N/A',
      'BLOCKED',
      'NO RUN',
      null,
      null,
    ])
  })
})
