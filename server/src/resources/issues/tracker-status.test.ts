import { describe, expect, it } from 'vitest'
import type { StatusRow } from '../../db/schema.ts'
import { defaultWorkflow } from './issues.rules.ts'
import { statusOfWord } from './tracker-status.ts'

let last = 0
const { statuses } = defaultWorkflow(1, () => ++last)
const named = (name: string, from: readonly StatusRow[] = statuses) => from.find((status) => status.name === name)

describe('statusOfWord', () => {
  it.each([
    // By name, whatever the class.
    ['fixed', 'new', 'fixed'],
    ['  Rejected ', 'open', 'rejected'],
    ['REOPENED', 'open', 'reopened'],
    ['new', 'closed', 'new'],
    // Finished work.
    ['Resolved', 'new', 'closed'],
    ['DONE', 'fixed', 'closed'],
    ['Completed', 'reopened', 'closed'],
    ["Won't Fix", 'open', 'rejected'],
    ['won’t_fix', 'open', 'rejected'],
    ['WONT-DO', 'open', 'rejected'],
    ['duplicate', 'open', 'rejected'],
    ['Done', 'closed', undefined],
    ['Done', 'rejected', undefined],
    ['invalid', 'closed', undefined],
    // Open work.
    ['In Progress', 'new', undefined],
    ['in_progress', 'closed', 'reopened'],
    ['To-Do', 'rejected', 'reopened'],
    ['backlog', 'fixed', undefined],
    // Anything else.
    ['Purple', 'new', undefined],
    ['', 'closed', undefined],
  ])('%j moves an issue that is %s to %s', (word, current, target) => {
    expect(statusOfWord(word, named(current), statuses)?.name).toBe(target)
  })

  it('takes the first of a class where none fits better, and none where the class is empty', () => {
    const own = statuses.map((status) => ({ ...status, resolution: null }))
    const done = own.filter(({ name }) => name !== 'rejected' && name !== 'reopened')
    expect(statusOfWord('obsolete', named('new', done), done)?.name).toBe('closed')
    expect(statusOfWord('todo', named('closed', done), done)?.name).toBe('new')
    const open = own.filter(({ closed }) => closed === 0)
    expect(statusOfWord('verified', named('new', open), open)).toBeUndefined()
  })

  it('finds a status whose name is spelled otherwise, an equal one first', () => {
    const row = { ...(statuses[0] as StatusRow), initial: 0 }
    const own = [
      { ...row, id: 91, name: 'In-Review', name_folded: 'in-review' },
      { ...row, id: 92, name: 'in review', name_folded: 'in review' },
    ]
    expect(statusOfWord('IN_REVIEW', undefined, own)?.id).toBe(91)
    expect(statusOfWord('In Review', undefined, own)?.id).toBe(92)
  })
})
