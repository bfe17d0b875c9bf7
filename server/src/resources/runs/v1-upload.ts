import { apiError } from '../../core/errors.ts'
import { type Element, toBody } from '../../core/jsonapi/body.ts'
import { decodeBytes, parseJson } from '../../core/jsonapi/lenient-json.ts'
import { parseIdMember, parsePairs } from '../../core/jsonapi/query.ts'
import { createProblems, invalidParameter } from '../../core/problems.ts'
import { isMultipart } from '../../http/body-reader.ts'
import { startsObject } from '../../http/json-files.ts'
import type { Answer, Context } from '../../http/route.ts'
import { checkSize } from '../attachments/attachments.rules.ts'
import { visibleProjects } from '../shared/visible-projects.ts'
import { type Form, readMultipart } from './read-multipart.ts'
import { readRun } from './read-run.ts'
import { placeRun } from './runs.actions.ts'
import { insertRuns } from './runs.store.ts'
import { writeRuns } from './write-runs.ts'

/** Parameters from the query, a form or a flat JSON object; the query wins (contract §6.2). */
async function readForm({ raw, query }: Context): Promise<Form> {
  const form: Form = { fields: new Map(), files: [] }
  const { bytes, contentType } = raw
  if (raw.form || (bytes && isMultipart(contentType))) {
    await readMultipart(raw, form)
  } else if (raw.json || (bytes && startsObject(bytes))) {
    for (const [key, value] of Object.entries(toBody(raw.json?.() ?? parseJson(bytes as Buffer)).top)) {
      if (value !== null && typeof value !== 'object') form.fields.set(key, String(value))
    }
  } else if (bytes) {
    for (const { name, value } of parsePairs(decodeBytes(bytes).trim())) form.fields.set(name, value)
  }
  for (const { name, value } of query.pairs) if (value !== '') form.fields.set(name, value)
  return form
}

interface Found {
  projectId: number
  id: number
}

async function findInstance(context: Context, fields: Map<string, string>): Promise<Found | undefined> {
  const { db } = context.reader
  const number = (key: string) => parseIdMember(fields.get(key) ?? '') ?? 0
  const projects = await visibleProjects(context)
  if (fields.get('instance-id')) {
    const id = number('instance-id')
    if (projects.length === 0) return undefined
    const row = await db
      .selectFrom('instances')
      .select(['project_id', 'id'])
      .where('project_id', 'in', projects)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && { projectId: row.project_id, id: row.id }
  }
  const projectId = number('project-id')
  const [setText = '', numberText] = (fields.get('instance-display-id') ?? '').split(':')
  const setDisplayId = numberText === undefined ? number('testset-display-id') : (parseIdMember(setText) ?? 0)
  if (projectId === 0 || setDisplayId === 0) {
    throw invalidParameter(
      'instance_id',
      "Instance id can't be blank: send instance_id, or project_id with instance_display_id",
    )
  }
  if (!projects.includes(projectId)) return undefined
  const row = await db
    .selectFrom('instances as i')
    .innerJoin('sets as s', (join) => join.onRef('s.project_id', '=', 'i.project_id').onRef('s.id', '=', 'i.set_id'))
    .innerJoin('tests as t', (join) => join.onRef('t.project_id', '=', 'i.project_id').onRef('t.id', '=', 'i.test_id'))
    .select('i.id')
    .where('i.project_id', '=', projectId)
    .where('s.display_id', '=', setDisplayId)
    .$if(numberText !== undefined, (query) => query.where('i.number', '=', parseIdMember(numberText ?? '') ?? 0))
    .$if(numberText === undefined, (query) => query.where('t.display_id', '=', number('test-display-id')))
    .orderBy('i.id')
    .limit(1)
    .executeTakeFirst()
  return row && { projectId, id: row.id }
}

/** `POST /api/v1/automated_tests/upload_test_result.json` (contract §6.2): an AutomatedRun from a form or query. */
export async function uploadTestResult(context: Context): Promise<Answer> {
  const { fields, files } = await readForm(context)
  const found = await findInstance(context, fields)
  if (!found) throw apiError('not_found', { title: 'There is no such instance, or this token may not see it' })
  const inProject = await context.enter(found.projectId)
  inProject.require('runs')
  const place = { pointer: '' }
  const result = fields.get('result')
  const values = {
    'instance-id': found.id,
    'exit-code': fields.get('exit-code'),
    'automated-execution-output': result?.trim() ? result : undefined,
  }
  const problems = createProblems()
  // What a form holds is text; there are no numbers whose spelling could be lost.
  const at: Element['at'] = (values, place) => ({ values, place, literal: () => '' })
  const element: Element = { beside: {}, place, sent: at(values, place), at }
  const run = readRun(element, inProject, problems)
  for (const file of files) checkSize(file, context.files.maxBytes, place, problems)
  problems.throwIfAny()
  const placed = await placeRun(inProject, { ...run, files: [...files, ...run.files] }, found.id, place)
  const answer = await writeRuns(inProject, { ids: 2 + files.length, way: 'v1' }, async (tx, texts) => {
    const [id] = await insertRuns(tx, inProject, [placed], texts)
    return { show: 'runs', id: id as number }
  })
  return { ...answer, in: inProject }
}
