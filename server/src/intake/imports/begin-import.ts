import { fieldKey } from '../../core/field-key.ts'
import type { FieldEntity } from '../../core/kinds.ts'
import { createProblems, invalidParameter, type Problems } from '../../core/problems.ts'
import { type Cells, readForCreate } from '../../core/resource/read-attributes.ts'
import { fold } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { findById } from '../../db/store.ts'
import type { Context } from '../../engine/route.ts'
import { applyCustomFields } from '../../features/custom-fields/apply-custom-fields.ts'
import { type Field, isBound, loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { findByName, lockNames } from '../../features/entities/find-or-create.ts'
import { existingUsers } from '../../features/members/users.store.ts'
import { sets } from '../../resources/sets/sets.resource.ts'
import { insertSet } from '../../resources/sets/sets.store.ts'
import type { NewTest } from '../../resources/tests/new-tests.ts'
import { tests } from '../../resources/tests/tests.resource.ts'
import { buildKind } from '../builds/branches.ts'
import { contradicts, shardsOf } from '../builds/build-state.rules.ts'
import {
  type BuildRow,
  buildByKey,
  changeBuild,
  lockBuild,
  lockBuildKey,
  partsOfBuild,
} from '../builds/builds.store.ts'
import { makeBuild } from '../builds/make-build.ts'
import type { Case } from '../readers/model.ts'
import type { ImportParameters } from './parameters.ts'

/** Attributes as a body would bring them. */
const sentAs = (values: Record<string, unknown>) => ({ values, place: { pointer: '' }, literal: () => '' })

async function userOf(tx: Tx, context: Context, id: number | undefined, note: (text: string) => void, what: string) {
  const { userId, impersonation, accountId } = context.caller
  if (id === undefined || (userId !== null && !impersonation)) return userId
  if ((await existingUsers(tx, accountId, [id])).has(id)) return id
  note(`${what} names no user of this account, and is not recorded: ${id}`)
  return userId
}

async function customFieldsOf(
  tx: Tx,
  o: {
    context: Context
    entity: FieldEntity
    fields: readonly Field[]
    parameters: ImportParameters
    problems: Problems
  },
): Promise<string> {
  const { context, entity, problems } = o
  // A report must not be lost for a field that people have to fill in.
  const fields = o.fields.map((field) => ({ ...field, mandatory: 0 }))
  const sent = sentAs({ 'custom-fields': o.parameters.customFields })
  return applyCustomFields(tx, { context, entity, fields, sent, problems })
}

/** The set that an import goes to: by id, by name, or made under its name. */
async function findSet(
  tx: Tx,
  context: Context,
  parameters: ImportParameters,
  o: { fields: readonly Field[]; authorId: number | null; problems: Problems },
): Promise<{ id: number; name: string }> {
  const projectId = context.project.id
  const { setId, setName = '' } = parameters
  if (setId !== undefined) {
    const set = await findById(tx, 'sets', projectId, setId)
    if (!set) throw invalidParameter('set-id', `set-id names no test set of this project: ${setId}`)
    return set
  }
  await lockNames(tx, projectId, 'sets', [setName])
  const id = (await findByName(tx, projectId, 'sets', [setName])).get(setName)
  if (id !== undefined) return { id, name: setName }
  const problems = createProblems()
  const cells: Cells = readForCreate({ resource: sets, sent: sentAs({ name: setName }), problems })
  problems.throwIfAny()
  const row = await insertSet(tx, {
    projectId,
    cells: {
      ...cells,
      author_id: o.authorId,
      assigned_to_id: null,
      assigned_to_type: null,
      custom_fields: await customFieldsOf(tx, { context, entity: 'TestSet', parameters, ...o }),
    },
    fields: o.fields,
    now: context.now,
  })
  return { id: row.id, name: setName }
}

/** What tests that are made hold besides their names. */
async function newTestOf(
  tx: Tx,
  context: Context,
  parameters: ImportParameters,
  o: { fields: readonly Field[]; authorId: number | null; problems: Problems },
): Promise<NewTest> {
  const { folderId } = parameters
  if (folderId !== undefined) {
    const folder = await findById(tx, 'folders', context.project.id, folderId)
    if (folder?.entity !== 'test') {
      throw invalidParameter('folder-id', `folder-id names no folder of tests of this project: ${folderId}`)
    }
  }
  const values = { name: 'test', 'test-type': 'ApiTest', tags: ['imported'], 'folder-id': folderId ?? null }
  const cells = readForCreate({ resource: tests, sent: sentAs(values), problems: o.problems })
  return {
    cells: {
      ...cells,
      author_id: o.authorId,
      assigned_to_id: null,
      assigned_to_type: null,
      custom_fields: await customFieldsOf(tx, { context, entity: 'Test', parameters, ...o }),
    },
    steps: [],
  }
}

/** The build of an import, which is made where it is the first under its key; what it lacks is filled in. */
async function findBuild(
  tx: Tx,
  context: Context,
  parameters: ImportParameters,
  o: { setName: string; startedAt: number },
): Promise<BuildRow> {
  const { build, scope, shard, variant } = parameters
  const projectId = context.project.id
  const described = { ...build, pipeline: build.pipeline ?? o.setName.slice(0, 255), scope, startedAt: o.startedAt }
  if (build.key === undefined) return makeBuild(tx, context, described)
  await lockBuildKey(tx, projectId, build.key)
  const known = await buildByKey(tx, projectId, build.key)
  if (known === undefined) return makeBuild(tx, context, described)
  const row = (await lockBuild(tx, projectId, known.id)) as BuildRow
  if (shard?.of !== undefined) {
    const parts = await partsOfBuild(tx, projectId, row.id)
    if (contradicts(shardsOf(parts), { variant, of: shard.of })) {
      throw invalidParameter('shard', `shard says ${shard.name}, but other shards of this build say another number`)
    }
  }
  const filled: Partial<BuildRow> = {}
  const fill = (
    column: 'name' | 'url' | 'branch' | 'commit_id' | 'base_commit' | 'pull_request',
    value: string | null,
  ) => {
    if (row[column] === null && value !== null) filled[column] = value
  }
  fill('name', build.name)
  fill('url', build.url)
  fill('branch', build.branch)
  fill('commit_id', build.commit)
  fill('base_commit', build.baseCommit)
  fill('pull_request', build.pullRequest)
  if (filled.branch !== undefined || filled.pull_request !== undefined) {
    const { project } = context
    filled.kind = buildKind(
      { branch: filled.branch ?? row.branch, pullRequest: filled.pull_request ?? row.pull_request },
      { mainline: project.mainline_branches, queue: project.queue_branches },
    )
  }
  // One part of only some tests makes it a build of only some.
  if (scope === 'partial') filled.scope = 'partial'
  await changeBuild(tx, projectId, row.id, { ...filled, state: 'receiving' })
  return { ...row, ...filled, state: 'receiving' }
}

/**
 * The custom fields of runs: those that the import names, and properties of a case that are called like a field of runs.
 * A value that is none of its field is left to the properties, and named.
 */
function createRunFields(
  context: Context,
  o: { fields: readonly Field[]; parameters: ImportParameters; plain: string; note: (text: string) => void },
): Beginning['fieldsOfRun'] {
  const byName = new Map(
    o.fields.filter((field) => isBound(field, 'Run')).map((field) => [field.name_folded, field] as const),
  )
  if (byName.size === 0) return async () => o.plain
  const known = new Map<string, string>()
  return async (tx, { properties }) => {
    const values: Record<string, unknown> = {}
    for (const [name, value] of properties) {
      const field = byName.get(fold(name.trim()))
      if (field !== undefined && value.trim() !== '') values[fieldKey(field.id)] = valueFor(field, value)
    }
    const text = JSON.stringify(values)
    if (text === '{}') return o.plain
    const before = known.get(text)
    if (before !== undefined) return before
    const problems = createProblems()
    const sent = sentAs({ 'custom-fields': { ...o.parameters.customFields, ...values } })
    const stored = await applyCustomFields(tx, { context, entity: 'Run', fields: o.fields, sent, problems })
    for (const { title } of problems.list) o.note(`a property is no value of the field it is called like: ${title}`)
    const result = problems.list.length === 0 ? stored : o.plain
    if (known.size < 10_000) known.set(text, result)
    return result
  }
}

/** A property as the value of a field: several values of a list with commas between. */
const valueFor = (field: Field, value: string): unknown =>
  field.field_format === 'multilist' ? value.split(',').map((part) => part.trim()) : value

/** Everything that an import needs to be stored. */
export interface Beginning {
  set: { id: number; name: string }
  build: BuildRow
  testerId: number | null
  newTest: NewTest
  fieldsOfRun: (tx: Tx, found: Case) => Promise<string>
}

/** Finds or makes the set and the build of an import. Throws 422 for what names nothing, or is no value of a field. */
export async function beginImport(
  tx: Tx,
  context: Context,
  parameters: ImportParameters,
  note: (text: string) => void,
): Promise<Beginning> {
  const problems = createProblems()
  const fields = await loadFields(tx, context.project.id)
  const testerId = await userOf(tx, context, parameters.testerId, note, 'tester-id')
  const authorId = await userOf(tx, context, parameters.authorId, note, 'author-id')
  const parts = { fields, authorId, problems }
  const set = await findSet(tx, context, parameters, parts)
  const newTest = await newTestOf(tx, context, parameters, parts)
  const runFields = await customFieldsOf(tx, { context, entity: 'Run', fields, parameters, problems })
  problems.throwIfAny()
  const fieldsOfRun = createRunFields(context, { fields, parameters, plain: runFields, note })
  const build = await findBuild(tx, context, parameters, { setName: set.name, startedAt: context.now })
  return { set, build, testerId, newTest, fieldsOfRun }
}
