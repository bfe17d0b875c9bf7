import { expect, it } from 'vitest'
import { defaultWorkflow } from './issues.rules.ts'

function workflow() {
  let last = 100
  return defaultWorkflow(2, () => ++last)
}

it('begins a project with the six statuses of the contract, in its order (§4.16)', () => {
  const rows = workflow().statuses.map((row) => [
    row.position,
    row.name,
    row.name_folded,
    row.resolution,
    row.initial,
    row.closed,
  ])
  expect(rows).toEqual([
    [1, 'new', 'new', null, 1, 0],
    [2, 'open', 'open', null, 0, 0],
    [3, 'fixed', 'fixed', null, 0, 0],
    [4, 'reopened', 'reopened', null, 0, 0],
    [5, 'rejected', 'rejected', 'rejected', 0, 1],
    [6, 'closed', 'closed', 'done', 0, 1],
  ])
})

it('leads from status to status as the contract says, for all groups', () => {
  const { statuses, transitions } = workflow()
  const nameOf = (id: number) => statuses.find((status) => status.id === id)?.name
  const told = transitions.map((row) => `${nameOf(row.from_id)} → ${nameOf(row.to_id)}`)
  expect(told.sort()).toEqual(
    [
      'new → open',
      'new → fixed',
      'new → rejected',
      'open → fixed',
      'open → rejected',
      'fixed → closed',
      'fixed → reopened',
      'reopened → open',
      'reopened → fixed',
      'reopened → rejected',
      'rejected → reopened',
      'closed → reopened',
    ].sort(),
  )
  expect(transitions.every((row) => row.group_ids === '[]')).toBe(true)
})

it('takes an id of its own for each row, and puts all into the project', () => {
  const { statuses, transitions } = workflow()
  const rows = [...statuses, ...transitions]
  expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual(Array.from({ length: 18 }, (_, i) => 101 + i))
  expect(new Set(rows.map((row) => row.project_id))).toEqual(new Set([2]))
})
