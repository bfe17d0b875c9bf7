/** The 20 permissions in the order and with the titles of contract §3. `implies` grants what stands right of it. */
const CATALOGUE = [
  ['requirements_view', 'Requirements - View', 'Read requirements.'],
  ['requirements_editor', 'Requirements - Editor', 'Create and change requirements and their links.'],
  ['requirements_admin', 'Requirements - Admin', 'Delete requirements.'],
  ['tests_view', 'Tests - View', 'Read tests, steps, sets, instances and runs.'],
  ['runs', 'Runs', 'Execute tests; create and change sets, instances and runs.'],
  ['runs_admin', 'Runs - Admin', 'Delete sets, instances and runs.'],
  ['tests_editor', 'Tests - Editor', 'Create and change tests and their steps; execute them.'],
  ['tests_admin', 'Tests - Admin', 'Delete tests, sets, instances and runs.'],
  ['issues_view', 'Issues - View', 'Read issues.'],
  ['issues_status_modifier', 'Issues - Status Modifier', 'Move issues along the workflow and comment on them.'],
  ['issues_editor', 'Issues - Editor', 'Create and change issues.'],
  ['issues_admin', 'Issues - Admin', 'Delete issues, where the project allows it.'],
  ['reports', 'Reports', 'Use reports.'],
  ['dashboard_customization', 'Dashboard Customization', 'Change shared dashboard items.'],
  ['dashboard_private', 'Dashboard - Private', 'Keep a dashboard of one’s own.'],
  ['customization', 'Customization', 'Manage fields and custom fields.'],
  ['custom_views', 'All Custom Views', 'Change every saved view.'],
  ['notification_list', 'Notification List', 'Put other users on the notification list of an entity.'],
  ['workflow', 'Workflow', 'Manage issue statuses and transitions.'],
  ['project_settings', 'Project, Users & Permissions, Integrations', 'Manage the project, its members and groups.'],
] as const

export type Permission = (typeof CATALOGUE)[number][0]

export const PERMISSIONS = CATALOGUE.map(([key, title, description]) => ({ key, title, description }))

const IMPLIES: Partial<Record<Permission, Permission[]>> = {
  requirements_admin: ['requirements_editor'],
  requirements_editor: ['requirements_view'],
  tests_admin: ['tests_editor', 'runs_admin'],
  tests_editor: ['runs'],
  runs_admin: ['runs'],
  runs: ['tests_view'],
  issues_admin: ['issues_editor'],
  issues_editor: ['issues_status_modifier'],
  issues_status_modifier: ['issues_view'],
}

/** A set of granted permissions with everything they imply. */
export function withImplied(granted: Iterable<Permission>): Set<Permission> {
  const effective = new Set<Permission>()
  const waiting = [...granted]
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (effective.has(key)) continue
    effective.add(key)
    waiting.push(...(IMPLIES[key] ?? []))
  }
  return effective
}

const VIEWS: Permission[] = ['requirements_view', 'tests_view', 'issues_view']

/** The four groups of a new project and what they may do (contract §3). */
export const DEFAULT_GROUPS: { name: string; permissions: Permission[] }[] = [
  { name: 'Administrators', permissions: PERMISSIONS.map(({ key }) => key) },
  {
    name: 'Testers',
    permissions: ['requirements_admin', 'tests_admin', 'issues_editor', 'reports'],
  },
  { name: 'Developers', permissions: [...VIEWS, 'issues_editor', 'reports'] },
  { name: 'Commenters', permissions: VIEWS },
]
