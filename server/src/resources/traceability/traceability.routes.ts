import { KINDS, kindOf, naming, wordsWith } from '../../core/kinds.ts'
import type { Context, Route } from '../../engine/route.ts'
import { addRelated, listRelated, removeRelated, replaceRelated } from './traceability.actions.ts'

/** `…/relationships/…`: read, add, replace and remove the links of one entity to one kind. */
export const TRACEABILITY_ROUTES: readonly Route[] = wordsWith('links').flatMap((word) => {
  const { type: from, links, view } = KINDS[word]
  const edit = kindOf(word).editLinks ?? KINDS[word].edit
  return links.flatMap((to): Route[] => {
    const url = `/projects/:project_id/${naming(word).path}/:id/relationships/${to}`
    const of = `${to} linked to one of the ${from}`
    const pair = { from, to }
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
  })
})
