import { describe, expect, it } from 'vitest'
import { cleanCase } from './clean-case.ts'

describe('a case', () => {
  it('is cleaned in every text, whatever it is a text of', () => {
    const nasty = 'a\0b\ud800'
    const attempt = {
      status: 'failed',
      seconds: 1,
      message: nasty,
      steps: [{ name: nasty, status: null, actual: nasty }],
      attachments: [{ path: nasty }],
    } as const
    const found = {
      path: Object.freeze(['fine']),
      name: nasty,
      file: nasty,
      parameters: { [nasty]: nasty },
      properties: [[nasty, nasty]] as [string, string][],
      attempts: [{ ...attempt, steps: [...attempt.steps], attachments: [...attempt.attachments] }],
      line: 1,
    }
    const text = 'a\ufffdb\ufffd'
    expect(cleanCase(found)).toEqual({
      path: ['fine'],
      name: text,
      file: text,
      parameters: { [text]: text },
      properties: [[text, text]],
      attempts: [
        {
          status: 'failed',
          seconds: 1,
          message: text,
          steps: [{ name: text, status: null, actual: text }],
          attachments: [{ path: text }],
        },
      ],
      line: 1,
    })
  })
})
