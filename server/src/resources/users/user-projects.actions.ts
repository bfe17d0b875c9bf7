import { oneElement, sideObject } from '../../core/jsonapi/body.ts'
import { type Page, pageLinks, pageMeta, pageUrl, readPage } from '../../core/jsonapi/paging.ts'
import { inside, invalidAt } from '../../core/problems.ts'
import { completeResource, derived } from '../../core/resource/define-resource.ts'
import { renderResource } from '../../core/resource/render.ts'
import type { Reader } from '../../db/handle.ts'
import { BY_ID_DESCENDING, readList } from '../../db/list.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { refuseQueries } from '../../engine/show-rows.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { projects } from '../projects/projects.resource.ts'
import { noteAccess, readAccess } from './access.ts'
import { accessOf, groupsOfUser, lockAccess, replaceAccess } from './memberships.store.ts'
import { mustFindUser } from './must-find-user.ts'
import { requireSelf } from './require-self.ts'
import { projectsOfUser } from './user-projects.list.ts'

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
  const listing = projectsOfUser(reader, context.caller.accountId, userId)
  const result = await readList({ listing, order: BY_ID_DESCENDING, page })
  const ids = result.rows.map((row) => Number(row.id))
  const groups = await groupsOfUser(reader, userId, ids)
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
    await lockAccess(tx, id)
    const left = (await accessOf(tx, id)).map(({ projectId }) => projectId)
    const access = await readAccess(tx, context, { members: sent.value, place: sent.place, left })
    const before = await accessOf(tx, id)
    await replaceAccess(tx, id, access)
    noteAccess(tx, id, before, await accessOf(tx, id))
    return { body: await listProjects(tx, context, id) }
  })
}

/** `DELETE users/:id/projects.json`: revokes everything; authorship and history stay. */
export async function revokeUserProjects(context: Context): Promise<Answer> {
  const id = context.id()
  return context.write(async (tx) => {
    await mustFindUser(tx, context.caller, id)
    await lockAccess(tx, id)
    await lockMembers(
      tx,
      (await accessOf(tx, id)).map(({ projectId }) => projectId),
    )
    const before = await accessOf(tx, id)
    await replaceAccess(tx, id, [])
    noteAccess(tx, id, before, [])
    return { body: { data: [] } }
  })
}
