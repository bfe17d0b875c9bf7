import { apiError } from '../../core/errors.ts'
import { fieldKey } from '../../core/field-key.ts'
import { type Element, renamed } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { parseIdMember } from '../../core/jsonapi/query.ts'
import { createProblems, invalidParameter } from '../../core/problems.ts'
import type { Cells, Input } from '../../core/resource/read-attributes.ts'
import type { Tx } from '../../db/handle.ts'
import { projectOf } from '../../db/store.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { applyCustomFields } from '../../features/custom-fields/apply-custom-fields.ts'
import { type Field, loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { visibleProjects } from '../../features/members/visible-projects.ts'
import { checkSize } from '../attachments/attachments.rules.ts'
import { instances } from '../instances/instances.resource.ts'
import { instanceByDisplayIds } from '../instances/instances.store.ts'
import { insertRuns } from './insert-runs.ts'
import { idsFor, placeRun } from './place-run.ts'
import { readRun } from './read-run.ts'
import { lockInstances } from './runs.store.ts'
import { readV1Form, type V1Form } from './v1-form.ts'
import { writeRuns } from './write-runs.ts'

interface Found {
  projectId: number
  id: number
}

async function findInstance({ reader, caller }: Context, { text }: V1Form): Promise<Found | undefined> {
  const number = (key: string) => parseIdMember(text(key) ?? '') ?? 0
  const projects = await visibleProjects({ reader, caller })
  if (text('instance-id')?.trim()) {
    const id = number('instance-id')
    const projectId = await projectOf(reader, 'instances', projects, id)
    return projectId === undefined ? undefined : { projectId, id }
  }
  const projectId = number('project-id')
  const [setText = '', numberText] = (text('instance-display-id') ?? '').split(':')
  const setDisplayId = numberText === undefined ? number('testset-display-id') : (parseIdMember(setText) ?? 0)
  if (projectId === 0 || setDisplayId === 0) {
    throw invalidParameter(
      'instance_id',
      "Instance id can't be blank: send instance_id, or project_id with instance_display_id",
    )
  }
  if (!projects.includes(projectId)) return undefined
  const which =
    numberText === undefined ? { testDisplayId: number('test-display-id') } : { number: parseIdMember(numberText) ?? 0 }
  const id = await instanceByDisplayIds(reader, projectId, setDisplayId, which)
  return id === undefined ? undefined : { projectId, id }
}

/** The values of a parameter that name a field of the project: agents send what other systems call theirs. */
function knownFields(sent: unknown, fields: readonly Field[]): Record<string, unknown> | undefined {
  if (!isObject(sent)) return undefined
  const known = new Set(fields.map((field) => fieldKey(field.id)))
  return Object.fromEntries(Object.entries(canonicalKeys(sent)).filter(([key]) => known.has(key)))
}

/** Custom fields of the instance, before its run is stored. */
async function changeInstance(tx: Tx, context: Context, id: number, sent: Input, fields: readonly Field[]) {
  const values = knownFields(sent.values['instance-custom-fields'], fields)
  if (values === undefined) return
  const projectId = context.project.id
  const { instances: locked, sets } = await lockInstances(tx, projectId, [id])
  const row = locked.get(id)
  if (row === undefined) return
  const problems = createProblems()
  const own = renamed(sent, { 'custom-fields': 'instance-custom-fields' })
  const cell = await applyCustomFields(tx, {
    context,
    entity: 'Instance',
    fields,
    sent: { ...own, values: { 'custom-fields': values } },
    problems,
    current: row.custom_fields,
  })
  problems.throwIfAny()
  const cells: Cells = cell === row.custom_fields ? {} : { custom_fields: cell }
  const shown = { ...row, set_display_id: sets.get(row.set_id)?.display_id }
  await changeEntity(tx, instances, { row: shown, cells, fields: [], now: context.now })
}

/** What a v1 upload says of the run, under the names of a run. */
function v1Run({ element, text }: V1Form, instanceId: number): Element {
  const { sent } = element
  const output = text('result')
  const own = renamed(sent, { 'automated-execution-output': 'result' })
  const kept = ['exit-code', 'run-duration', 'duration', 'version', 'custom-fields']
  const values = {
    ...Object.fromEntries(kept.map((key) => [key, sent.values[key]])),
    'instance-id': instanceId,
    'automated-execution-output': output?.trim() ? sent.values.result : undefined,
  }
  const { steps } = sent.values
  return { ...element, beside: steps === undefined ? {} : { steps }, sent: { ...own, values } }
}

/** `POST /api/v1/automated_tests/upload_test_result.json` (contract §6.2): an AutomatedRun from a form or query. */
export async function uploadTestResult(context: Context): Promise<Answer> {
  const form = await readV1Form(context)
  const { element, files } = form
  const found = await findInstance(context, form)
  if (!found) throw apiError('not_found', { title: 'There is no such instance, or this token may not see it' })
  const inProject = await context.enter(found.projectId)
  inProject.require('runs')
  const problems = createProblems()
  const run = readRun(v1Run(form, found.id), inProject, problems)
  for (const file of files) checkSize(file, context.files.maxBytes, element.place, problems)
  problems.throwIfAny()
  const placed = await placeRun(inProject, { ...run, files: [...files, ...run.files] }, found.id, element.place)
  const answer = await writeRuns(inProject, { ids: idsFor([placed]) + 1, way: 'v1' }, async (tx, texts) => {
    const fields = await loadFields(tx, found.projectId)
    await changeInstance(tx, inProject, found.id, element.sent, fields)
    const { sent } = run
    const values = { ...sent.values, 'custom-fields': knownFields(sent.values['custom-fields'], fields) }
    const known = { ...placed, run: { ...placed.run, sent: { ...sent, values } } }
    const [id] = await insertRuns(tx, inProject, [known], texts)
    return { show: 'runs', id: id as number }
  })
  return { ...answer, in: inProject }
}
