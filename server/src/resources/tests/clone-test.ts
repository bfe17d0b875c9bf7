import { addToCounts, lockDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { cloneCells, cloneSent } from '../../features/entities/clone-entity.ts'
import { entityParts } from '../../features/entities/named-entity.ts'
import { checkReferences } from '../../features/references/references.ts'
import { copySteps } from '../steps/steps.store.ts'
import { insertTests } from './new-tests.ts'
import { tests } from './tests.resource.ts'
import { mergeAutomatedFields } from './tests.rules.ts'

/** `POST tests/:id/clone.json`: attributes, fields, tags and steps of the source, nothing that was run (contract §7.4). */
export async function cloneTest(context: Context): Promise<Answer> {
  const sent = cloneSent(context)
  const id = context.id()
  const projectId = context.project.id
  return context.write(
    async (tx) => {
      await lockDisplayIds(tx, projectId, 'tests')
      const source = await mustFind(tx, tests, projectId, id, { lock: true })
      const parts = await entityParts(tx, { context, resource: tests, sent })
      const { fields, problems } = parts
      const cells = await cloneCells(tx, { ...parts, source: { ...source }, authorRequired: true })
      cells.automated_fields = mergeAutomatedFields(source.automated_fields, sent, problems)
      cells.steps_count = source.steps_count
      await checkReferences(tx, parts)
      const [cloneId] = await insertTests(tx, { projectId, news: [{ cells, steps: [] }], fields, now: context.now })
      const to = cloneId as number
      addToCounts(tx, projectId, { steps: await copySteps(tx, { projectId, from: id, to, now: context.now }) })
      return { show: 'tests', id: to }
    },
    { ids: 16 },
  )
}
