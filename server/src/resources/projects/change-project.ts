import type { Project } from '../../auth/enter-project.ts'
import { apiError } from '../../core/errors.ts'
import { type Body, inputAt, oneElement } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { createProblems, inside, type Pointer } from '../../core/problems.ts'
import { readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockMembers } from '../../features/members/lock-members.ts'
import { projects } from './projects.resource.ts'
import { changeProject, lockProject, projectNameTaken, removeAllMembers } from './projects.store.ts'

/** The project of the path as it is now, locked; 404 when it was deleted since the request was authorized. */
async function mustFindProject(tx: Tx, { project, caller }: Context): Promise<Project> {
  const row = await lockProject(tx, caller.accountId, project.id)
  if (!row) throw notFound(projects)
  return row
}

/** `PUT projects/:id.json` (contract §7.2). */
export async function updateProject(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const { id, account_id: accountId } = context.project
  return context.write(async (tx) => {
    const row = await mustFindProject(tx, context)
    const problems = createProblems()
    const cells = readForUpdate({ resource: projects, sent, problems, row: { ...row } }) as Partial<Project>
    if (cells.name !== undefined) {
      cells.name_folded = fold(cells.name)
      if (cells.name_folded !== row.name_folded && (await projectNameTaken(tx, accountId, cells.name))) {
        problems.at(inside(sent.place, 'name'), 'Name is taken: project names are unique in an account')
      }
    }
    problems.throwIfAny()
    await changeProject(tx, id, cells)
    const changes = changesOf(projects, { ...row }, { ...row, ...cells })
    noteSetting(tx, { entity: 'project', entityId: id, projectId: id, action: 'update', changes })
    return { show: 'projects', id }
  })
}

/** `confirm` in a body: at the top, in `data` or in its attributes (contract §1.1). */
function confirmIn(body: Body): { text: string; pointer: string } | undefined {
  const data = isObject(body.top.data) ? canonicalKeys(body.top.data) : {}
  const attributes = isObject(data.attributes) ? data.attributes : {}
  const holders: [Record<string, unknown>, Pointer][] = [
    [body.top, { pointer: '' }],
    [data, { pointer: '/data' }],
    [attributes, { pointer: '/data/attributes' }],
  ]
  for (const [values, place] of holders) {
    const { values: read, literal } = inputAt(body, values, place)
    const { confirm } = read
    const { pointer } = inside(place, 'confirm')
    // A project may be called 2024 or 1.50.
    if (typeof confirm === 'number') return { text: literal('confirm'), pointer }
    if (typeof confirm === 'string' && confirm !== '') return { text: confirm, pointer }
  }
  return undefined
}

/** Throws 422 unless the request names the project as confirmation, exactly as it is called. */
function checkConfirmation(context: Context, name: string): void {
  const inQuery = context.query.get('confirm')
  const body = inQuery === undefined ? context.optionalBody() : undefined
  const inBody = body && confirmIn(body)
  const sent = inQuery ?? inBody?.text
  if (sent === name) return
  const title =
    sent === undefined
      ? "Confirm can't be blank: to delete the project and everything in it, send its name as confirm"
      : `Confirm must be the name of the project exactly as it is: "${name}"`
  throw apiError('invalid', { title, source: inBody ? { pointer: inBody.pointer } : { parameter: 'confirm' } })
}

/**
 * `DELETE projects/:id.json`: gone for everybody at once, its name free; its rows go in the background (db/purge.ts).
 * History of what was in it goes too, but not that it was deleted.
 */
export async function deleteProject(context: Context): Promise<Answer> {
  if (context.query.get('confirm') === undefined) context.optionalBody()
  const { id } = context.project
  return context.write(async (tx) => {
    await lockMembers(tx, [id])
    const row = await mustFindProject(tx, context)
    checkConfirmation(context, row.name)
    await changeProject(tx, id, { deleted_at: context.now })
    // Who shared only this project with somebody must not see them any longer (contract §4.2).
    await removeAllMembers(tx, id)
    const changes = changesOf(projects, { ...row }, undefined)
    noteSetting(tx, { entity: 'project', entityId: id, action: 'delete', changes })
    return { body: renderDeleted(projects, id) }
  })
}
