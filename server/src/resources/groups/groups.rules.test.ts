import { describe, expect, it } from 'vitest'
import type { Permission } from '../../core/permissions.ts'
import { createProblems } from '../../core/problems.ts'
import { grantedBy, inOrder, mergePermissions, showPermissions } from './groups.rules.ts'

/** The catalogue of contract §3, in its order. */
const CATALOGUE = [
  'requirements_view',
  'requirements_editor',
  'requirements_admin',
  'tests_view',
  'runs',
  'runs_admin',
  'tests_editor',
  'tests_admin',
  'issues_view',
  'issues_status_modifier',
  'issues_editor',
  'issues_admin',
  'reports',
  'dashboard_customization',
  'dashboard_private',
  'customization',
  'custom_views',
  'notification_list',
  'workflow',
  'project_settings',
]

const PLACE = { pointer: '/data/attributes/permissions' }

function merge(sent: unknown, current: Permission[] = []) {
  const problems = createProblems()
  const granted = mergePermissions(sent, new Set(current), { problems, place: PLACE })
  return {
    granted: granted && [...granted].sort(),
    pointers: problems.list.map(({ source }) => (source as { pointer: string }).pointer),
  }
}

/** What is granted where nothing is wrong. */
const fine = (...granted: Permission[]) => ({ granted: granted.sort(), pointers: [] })

describe('the permissions that a group has (contract §3)', () => {
  it.each([
    ['requirements_admin', ['requirements_view', 'requirements_editor', 'requirements_admin']],
    ['runs', ['tests_view', 'runs']],
    ['runs_admin', ['tests_view', 'runs', 'runs_admin']],
    ['tests_editor', ['tests_view', 'runs', 'tests_editor']],
    ['tests_admin', ['tests_view', 'runs', 'runs_admin', 'tests_editor', 'tests_admin']],
    ['issues_status_modifier', ['issues_view', 'issues_status_modifier']],
    ['issues_admin', ['issues_view', 'issues_status_modifier', 'issues_editor', 'issues_admin']],
    ['project_settings', ['project_settings']],
    ['workflow', ['workflow']],
  ])('%s brings %j, in the order of the catalogue', (stored, effective) => {
    expect(inOrder(grantedBy(JSON.stringify([stored])))).toEqual(effective)
  })

  it('are none where none is stored', () => {
    expect(inOrder(grantedBy('[]'))).toEqual([])
  })

  it('are shown as the whole catalogue, each with whether it is effective', () => {
    const shown = showPermissions('["runs","workflow"]')
    expect(shown.map((row) => (row as { key: string }).key)).toEqual(CATALOGUE)
    const allowed = shown.filter((row) => (row as { allowed: boolean }).allowed)
    expect(allowed.map((row) => (row as { key: string }).key)).toEqual(['tests_view', 'runs', 'workflow'])
    expect(shown[3]).toEqual({
      key: 'tests_view',
      title: 'Tests - View',
      description: expect.stringMatching(/\w/),
      allowed: true,
    })
    expect(shown[19]).toMatchObject({ title: 'Project, Users & Permissions, Integrations', allowed: false })
  })
})

describe('permissions of a body (contract §7.3)', () => {
  it.each([[undefined], [null], [{}], [[]]])('leave all as it is when they are %j', (sent) => {
    expect(merge(sent, ['reports', 'tests_view'])).toEqual(fine('reports', 'tests_view'))
  })

  it.each([
    ['grant, with what is implied', { tests_editor: true }, [], ['tests_editor', 'runs', 'tests_view']],
    ['merge', { workflow: true }, ['reports'], ['reports', 'workflow']],
    ['take away', { reports: false }, ['reports', 'workflow'], ['workflow']],
    ['take away what is not there', { reports: false }, ['workflow'], ['workflow']],
    ['leave what another one implies', { tests_view: false }, ['runs', 'tests_view'], ['runs', 'tests_view']],
    ['leave what was implied', { runs: false }, ['runs', 'tests_view'], ['tests_view']],
    ['take away a whole chain', { runs: false, tests_view: false }, ['runs', 'tests_view'], []],
    [
      'grant anew what they imply',
      { issues_editor: true, issues_view: false },
      [],
      ['issues_editor', 'issues_status_modifier', 'issues_view'],
    ],
    ['come in any spelling', { 'Tests-View': true, CUSTOM_VIEWS: 'true' }, [], ['tests_view', 'custom_views']],
    ['leave what is null', { reports: null, workflow: null }, ['reports'], ['reports']],
    ['do not know others', { instances_editor: true, everything: true, '': true }, ['reports'], ['reports']],
    ['do not look at the values of others', { everything: 'perhaps' }, ['reports'], ['reports']],
    [
      'come as a group shows them',
      [
        { key: 'reports', title: 'Reports', allowed: false },
        { key: 'workflow', allowed: true },
      ],
      ['reports'],
      ['workflow'],
    ],
    [
      'come as an array, the last of one key wins',
      [
        { key: 'reports', allowed: true },
        { key: 'reports', allowed: false },
      ],
      [],
      [],
    ],
    [
      'come as an array without a key or value',
      [{}, { key: 'reports' }, { allowed: true }],
      ['workflow'],
      ['workflow'],
    ],
  ] as [string, unknown, Permission[], Permission[]][])('%s', (_, sent, current, granted) => {
    expect(merge(sent, current)).toEqual(fine(...granted))
  })

  it.each(['all', 7, true, ['reports'], [{ key: 'reports', allowed: true }, null]])('are not %j', (sent) => {
    expect(merge(sent, ['reports'])).toEqual({ granted: undefined, pointers: [PLACE.pointer] })
  })

  it('name each value that is neither true nor false', () => {
    const { pointers } = merge({ reports: 'perhaps', workflow: true, runs: 2 })
    expect(pointers).toEqual([`${PLACE.pointer}/reports`, `${PLACE.pointer}/runs`])
  })

  it('leave the set they are merged into as it was', () => {
    const current = new Set<Permission>(['reports'])
    mergePermissions({ reports: false, workflow: true }, current, { problems: createProblems(), place: PLACE })
    expect([...current]).toEqual(['reports'])
  })
})

it('puts permissions into the order of the catalogue, whatever theirs is', () => {
  const shuffled = new Set(CATALOGUE.toReversed() as Permission[])
  expect(inOrder(shuffled)).toEqual(CATALOGUE)
})
