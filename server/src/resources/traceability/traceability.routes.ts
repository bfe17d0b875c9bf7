import type { Permission } from '../../core/permissions.ts'
import type { Access, Context, Route } from '../../engine/route.ts'
import type { LinkKind } from '../../features/links/links.store.ts'
import { addRelated, listRelated, removeRelated, replaceRelated } from './traceability.actions.ts'

/** Which kinds lead to which (contract §5), and who may read and write the links from there. */
const MATRIX: { from: LinkKind; path: string; view: Access; edit: Permission; to: LinkKind[] }[] = [
  {
    from: 'requirements',
    path: 'requirements',
    view: 'requirements_view',
    edit: 'requirements_editor',
    to: ['tests', 'issues', 'milestones'],
  },
  { from: 'tests', path: 'tests', view: 'tests_view', edit: 'tests_editor', to: ['requirements', 'issues'] },
  {
    from: 'issues',
    path: 'issues',
    view: 'issues_view',
    edit: 'issues_editor',
    to: ['requirements', 'issues', 'milestones', 'tests'],
  },
  { from: 'step-runs', path: 'step_runs', view: 'tests_view', edit: 'tests_editor', to: ['issues'] },
  {
    from: 'milestones',
    path: 'milestones',
    view: 'member',
    edit: 'tests_editor',
    to: ['requirements', 'issues', 'sets'],
  },
]

/** `…/relationships/…`: read, add, replace and remove the links of one entity to one kind. */
export const TRACEABILITY_ROUTES: readonly Route[] = MATRIX.flatMap(({ from, path, view, edit, to }) =>
  to.flatMap((target): Route[] => {
    const url = `/projects/:project_id/${path}/:id/relationships/${target}`
    const of = `${target} linked to one of the ${from}`
    const pair = { from, to: target }
    return [
      {
        method: 'GET',
        path: url,
        tag: from,
        links: true,
        access: view,
        summary: `List ${of}`,
        handle: (context: Context) => listRelated(context, pair),
      },
      {
        method: 'PATCH',
        path: url,
        tag: from,
        links: true,
        access: edit,
        summary: `Replace ${of}`,
        handle: (context: Context) => replaceRelated(context, pair),
      },
      {
        method: 'POST',
        path: url,
        tag: from,
        links: true,
        access: edit,
        summary: `Add ${of}`,
        handle: (context: Context) => addRelated(context, pair),
      },
      {
        method: 'DELETE',
        path: url,
        tag: from,
        links: true,
        access: edit,
        summary: `Remove ${of}`,
        handle: (context: Context) => removeRelated(context, pair),
      },
    ]
  }),
)
