import { oneElement, sideObject } from '../../core/jsonapi/body.ts'
import { type Page, pageLinks, pageMeta, pageUrl, readPage } from '../../core/jsonapi/paging.ts'
import { inside, invalidAt } from '../../core/problems.ts'
import { completeResource, derived } from '../../core/resource/define-resource.ts'
import { renderResource } from '../../core/resource/render.ts'
import type { Reader } from '../../db/handle.ts'
import { BY_ID_DESCENDING, readList } from '../../db/list.ts'
import { insertRows } from '../../db/store.ts'
import { selectOf } from '../../engine/resource-list.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { refuseQueries } from '../../engine/show-rows.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { projectsList } from '../projects/projects.list.ts'
import { projects } from '../projects/projects.resource.ts'
import { accessOf, noteAccess, readAccess } from './access.ts'
import { mustFindUser } from './must-find-user.ts'
import { requireSelf } from './require-self.ts'

/** A project as a member of it sees it, with the member's groups (contract §4.3). */
const userProjects = completeResource({
  ...projects,
  attributes: { ...projects.attributes, groups: derived((row) => row.groups) },
})

/** `links` of this list always has all five keys (contract §1.7). */
function fiveLinks(context: Context, page: Page, result: Parameters<typeof pageLinks>[3]): object {
  const at = (number: number) => pageUrl(context.url, context.query, { number, size: page.size })
  const last = Math.max(1, Math.ceil(result.total / page.size))
  const all = { self: at(page.number), first: at(1), prev: null, next: null, last: at(last) }
  return { ...all, ...pageLinks(context.url, context.query, page, result) }
}

async function listProjects(reader: Reader, context: Context, userId: number) {
  const page = readPage(context.query)
  const mine = reader.db.selectFrom('memberships').select('project_id').where('user_id', '=', userId)
  const listing = selectOf(projectsList, reader)
    .where('t.account_id', '=', context.caller.accountId)
    .where('t.id', 'in', mine as never)
  const result = await readList({ listing, order: BY_ID_DESCENDING, page })
  const ids = result.rows.map((row) => Number(row.id))
  const groups =
    ids.length === 0
      ? []
      : await reader.db
          .selectFrom('memberships as m')
          .innerJoin('groups as g', (join) =>
            join.onRef('g.project_id', '=', 'm.project_id').onRef('g.id', '=', 'm.group_id'),
          )
          .select(['m.project_id', 'g.id', 'g.name'])
          .where('m.user_id', '=', userId)
          .where('m.project_id', 'in', ids)
          .orderBy('g.id')
          .execute()
  const data = result.rows.map((row) => {
    const own = groups.filter((group) => group.project_id === row.id).map(({ id, name }) => ({ id, name }))
    return renderResource(userProjects, { ...row, groups: own })
  })
  return { data, links: fiveLinks(context, page, result), meta: pageMeta(page, result) }
}

/** `GET users/:id/projects.json`: by an account token or the user's own personal token. */
export async function listUserProjects(context: Context): Promise<Answer> {
  const id = context.id()
  const { caller, reader } = context
  requireSelf(context, id)
  refuseQueries(context)
  await mustFindUser(reader, caller, id)
  const { data, links, meta } = await listProjects(reader, context, id)
  return { page: { data: jsonTexts(data), links, meta } }
}

/** `PUT users/:id/projects.json`: replaces the whole access of a user (contract §4.3). */
export async function replaceUserProjects(context: Context): Promise<Answer> {
  const element = oneElement(context.body())
  const id = context.id()
  return context.write(async (tx) => {
    await mustFindUser(tx, context.caller, id)
    const sent = sideObject(element, 'projects')
    if (!sent || !Array.isArray(sent.value)) {
      throw invalidAt(inside(element.place, 'projects'), 'Projects must be an array: send [] to revoke all access')
    }
    await tx.dialect.lock(tx.db, `memberships of ${id}`)
    const left = (await accessOf(tx, id)).map(({ projectId }) => projectId)
    const access = await readAccess(tx, context, { members: sent.value, place: sent.place, left })
    const before = await accessOf(tx, id)
    await tx.db.deleteFrom('memberships').where('user_id', '=', id).execute()
    const pairs = new Map<string, { project_id: number; group_id: number; user_id: number }>()
    for (const { projectId, groupIds } of access) {
      for (const groupId of groupIds) {
        pairs.set(`${projectId} ${groupId}`, { project_id: projectId, group_id: groupId, user_id: id })
      }
    }
    await insertRows(tx, 'memberships', [...pairs.values()])
    noteAccess(tx, id, before, await accessOf(tx, id))
    return { body: await listProjects(tx, context, id) }
  })
}

/** `DELETE users/:id/projects.json`: revokes everything; authorship and history stay. */
export async function revokeUserProjects(context: Context): Promise<Answer> {
  const id = context.id()
  return context.write(async (tx) => {
    await mustFindUser(tx, context.caller, id)
    await tx.dialect.lock(tx.db, `memberships of ${id}`)
    await lockMembers(
      tx,
      (await accessOf(tx, id)).map(({ projectId }) => projectId),
    )
    const before = await accessOf(tx, id)
    await tx.db.deleteFrom('memberships').where('user_id', '=', id).execute()
    noteAccess(tx, id, before, [])
    return { body: { data: [] } }
  })
}
