import { apiError } from '../../core/errors.ts'
import { type Body, type Element, inputAt, oneElement, renamed } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { parseIdMember } from '../../core/jsonapi/query.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { blankAsNull } from '../../core/text.ts'
import { lockDisplayIds } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { cloneCells, cloneSent } from '../../features/entities/clone-entity.ts'
import { changeEntity } from '../../features/entities/entity-store.ts'
import { createCells, entityParts, updateCells } from '../../features/entities/named-entity.ts'
import { checkReferences } from '../../features/references/references.ts'
import { lockWorkflow } from '../workflow/workflow.store.ts'
import { issues } from './issues.resource.ts'
import { insertIssue } from './issues.store.ts'

/** `name` is the title of legacy bodies; custom fields may stand flat beside the attributes (contract §6.1). */
function legacySent(sent: Input): Input {
  const isOld = sent.values.title === undefined && sent.values.name !== undefined
  const named = isOld ? renamed(sent, { title: 'name' }) : sent
  const flat = Object.fromEntries(Object.entries(sent.values).filter(([key]) => /^-*f-\d+$/.test(key)))
  if (Object.keys(flat).length === 0) return named
  const inner = named.values['custom-fields']
  const given = isObject(inner) ? canonicalKeys(inner) : {}
  return {
    ...named,
    values: { ...named.values, 'custom-fields': { ...flat, ...given } },
    literal: (key, field, ...path) =>
      key === 'custom-fields' && field !== undefined && !(field in given)
        ? named.literal(String(field), ...path)
        : named.literal(key, ...(field === undefined ? [] : [field]), ...path),
  }
}

/** The issue of a body: `data` as everywhere, or the seed's flat form. */
function issueElement(body: Body): Pick<Element, 'beside' | 'sent'> {
  if (body.top.data !== undefined) {
    const element = oneElement(body)
    return { ...element, sent: legacySent(element.sent) }
  }
  const place = { pointer: '' }
  return { beside: {}, sent: legacySent(inputAt(body, body.top, place)) }
}

/** `POST issues.json` on the project path; starts in the workflow's initial status (contract §4.16). */
export async function createIssue(context: Context): Promise<Answer> {
  const { sent } = issueElement(context.body())
  const projectId = context.project.id
  return context.write(async (tx) => {
    const parts = await entityParts(tx, { context, resource: issues, sent })
    const { fields } = parts
    const cells = await createCells(tx, { ...parts, authorRequired: true })
    await checkReferences(tx, parts)
    return { show: 'issues', id: await insertIssue(tx, { projectId, cells, fields, now: context.now }) }
  })
}

/** `POST issues/:id/clone.json`: attributes, fields and tags of the source, in the initial status (contract §7.4). */
export async function cloneIssue(context: Context): Promise<Answer> {
  const sent = legacySent(cloneSent(context))
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    await lockWorkflow(tx, projectId)
    await lockDisplayIds(tx, projectId, 'issues')
    const source = await mustFind(tx, issues, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: issues, sent })
    const { fields } = parts
    const cells = await cloneCells(tx, { ...parts, source: { ...source }, authorRequired: true })
    await checkReferences(tx, parts)
    return { show: 'issues', id: await insertIssue(tx, { projectId, cells, fields, now: context.now }) }
  })
}

/** `POST /api/v2/issues.json`: the seed's form, which names its project in the body (contract §6.1). */
export async function createFlatIssue(context: Context): Promise<Answer> {
  const body = context.body()
  const { sent, beside } = issueElement(body)
  const values = [sent.values['project-id'], beside['project-id'], body.top['project-id']]
  const value = values.map(blankAsNull).find((each) => each !== undefined && each !== null)
  if (value === undefined) {
    throw apiError('invalid', { title: "Project can't be blank: send project_id", source: { pointer: '/project_id' } })
  }
  const entered = await context.enter(parseIdMember(String(value)) ?? 0)
  entered.require('issues_editor')
  return { ...(await createIssue(entered)), in: entered }
}

/** `PUT issues/:id.json`: the status moves only through the workflow. */
export async function updateIssue(context: Context): Promise<Answer> {
  const sent = legacySent(oneElement(context.body()).sent)
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, issues, projectId, id, { lock: true })
    const parts = await entityParts(tx, { context, resource: issues, sent })
    const { fields } = parts
    const { cells, userId } = await updateCells(tx, { ...parts, row: { ...row } })
    await checkReferences(tx, parts)
    await changeEntity(tx, issues, { row: { ...row }, cells, fields, userId, now: context.now })
    return { show: 'issues', id }
  })
}
