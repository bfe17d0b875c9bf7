import { oneElement } from '../../core/jsonapi/body.ts'
import { createProblems, inside } from '../../core/problems.ts'
import { readForCreate } from '../../core/resource/read-attributes.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { projects } from './projects.resource.ts'
import { IDS_OF_A_PROJECT, insertProject, type ProjectCells, projectNameTaken } from './projects.store.ts'

/** `POST projects.json` (contract §7.2). */
export async function createProject(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const problems = createProblems()
  const cells = readForCreate({ resource: projects, sent, problems }) as unknown as ProjectCells
  problems.throwIfAny()
  const { accountId, userId } = context.caller
  return context.write(
    async (tx) => {
      if (await projectNameTaken(tx, accountId, cells.name)) {
        problems.at(inside(sent.place, 'name'), 'Name is taken: project names are unique in an account')
      }
      problems.throwIfAny()
      const id = await insertProject(tx, { accountId, cells, ownerId: userId, now: context.now })
      const changes = changesOf(projects, undefined, { ...cells })
      noteSetting(tx, { entity: 'project', entityId: id, action: 'create', changes })
      return { show: 'projects', id }
    },
    { ids: IDS_OF_A_PROJECT },
  )
}
