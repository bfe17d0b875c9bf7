import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { pageLinks, pageMeta, readPage } from '../../core/jsonapi/paging.ts'
import { parseIdMember } from '../../core/jsonapi/query.ts'
import { MAX_BUILD_TEXT, MAX_NAME } from '../../core/limits.ts'
import { createProblems, inside, invalidParameter, type Problems } from '../../core/problems.ts'
import { type Cells, type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { isLongerThan } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { deleteRow, findByIds } from '../../db/store.ts'
import { mustFind, notFound } from '../../engine/must-find.ts'
import { type Answer, type Context, jsonTexts } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { deleteRuns, lockInstances } from '../../resources/runs/runs.store.ts'
import { buildKind } from './branches.ts'
import { builds } from './builds.resource.ts'
import {
  type BuildRow,
  buildByKey,
  changeBuild,
  forgetBuild,
  lastCompleteBuild,
  lockBuild,
  lockBuildKey,
  runsOfBuild,
} from './builds.store.ts'
import { countDifferences, pageOfDifferences } from './compare.store.ts'
import { makeBuild } from './make-build.ts'
import { refreshBuild } from './refresh-build.ts'
import { missedSelect, newsFirst, ofBuild, resultsList } from './results.list.ts'

/** A build, locked; 404 when there is none, or none any more. */
async function mustLock(tx: Tx, projectId: number, id: number): Promise<BuildRow> {
  const row = await lockBuild(tx, projectId, id)
  if (row === undefined) throw notFound(builds)
  return row
}

/** What one says about how many shards to wait for. */
function expectedShards(value: unknown, sent: Input, problems: Problems): string | null {
  const place = inside(sent.place, 'expected-shards')
  if (value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 10_000) return String(value)
  if (Array.isArray(value) && value.length > 0 && value.length <= 10_000) {
    if (value.every((name) => typeof name === 'string' && name !== '' && name.length <= MAX_BUILD_TEXT)) {
      return JSON.stringify(value)
    }
  }
  problems.at(place, 'Expected shards must be a number from 1, or an array of the names of shards', value)
  return null
}

function environmentOf(value: unknown, sent: Input, problems: Problems): Record<string, string> {
  const place = inside(sent.place, 'environment')
  if (value === null) return {}
  if (!isObject(value) || Object.keys(value).length > 50) {
    problems.at(place, 'Environment must be an object of at most 50 texts')
    return {}
  }
  const entries = Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean') {
      problems.at(inside(place, name), 'A part of the environment must be a text')
    }
    return [name.slice(0, MAX_BUILD_TEXT), String(text).slice(0, MAX_BUILD_TEXT)]
  })
  return Object.fromEntries(entries)
}

function urlOf(value: unknown, sent: Input, problems: Problems): string | null {
  if (value === null || value === '') return null
  const text = String(value)
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if ((protocol === 'http:' || protocol === 'https:') && !isLongerThan(text, MAX_NAME)) return text
  problems.at(inside(sent.place, 'url'), 'Url must be an address with http or https', value)
  return null
}

/** `POST builds.json`: a build before its first import, for instance to say what it waits for. */
export async function createBuild(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const problems = createProblems()
  const cells = readForCreate({ resource: builds, sent, problems })
  const url = urlOf(sent.values.url ?? null, sent, problems)
  const environment = environmentOf(sent.values.environment ?? null, sent, problems)
  const expected = expectedShards(sent.values['expected-shards'] ?? null, sent, problems)
  problems.throwIfAny()
  const text = (column: string) => (cells[column] ?? null) as string | null
  const key = text('key') ?? undefined
  return context.write(async (tx) => {
    if (key !== undefined) {
      await lockBuildKey(tx, projectId, key)
      if (await buildByKey(tx, projectId, key)) {
        problems.at(inside(sent.place, 'key'), 'Key is taken: there is a build with this key already')
        problems.throwIfAny()
      }
    }
    const row = await makeBuild(tx, context, {
      key,
      name: text('name'),
      url,
      pipeline: text('pipeline') ?? '',
      branch: text('branch'),
      commit: text('commit_id'),
      baseCommit: text('base_commit'),
      pullRequest: text('pull_request'),
      environment,
      scope: 'full',
      expectedShards: expected,
      startedAt: context.now,
    })
    noteSetting(tx, {
      entity: 'build',
      entityId: row.id,
      projectId,
      action: 'create',
      changes: changesOf(builds, undefined, { ...row }),
    })
    return { show: 'builds', id: row.id }
  })
}

/** `PUT builds/:id.json`; `state=complete` says that what came is all. */
export async function updateBuild(context: Context, timeout: number): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const { project, now } = context
  const projectId = project.id
  return context.write(async (tx) => {
    const row = await mustLock(tx, projectId, id)
    const problems = createProblems()
    const cells: Cells = readForUpdate({ resource: builds, sent, problems, row: { ...row } })
    const { values } = sent
    if (values.url !== undefined) cells.url = urlOf(values.url, sent, problems)
    if (values.environment !== undefined) {
      cells.environment = JSON.stringify(environmentOf(values.environment, sent, problems))
    }
    if (values['expected-shards'] !== undefined) {
      cells.expected_shards = expectedShards(values['expected-shards'], sent, problems)
    }
    if (values.state !== undefined && values.state !== null) {
      if (values.state === 'complete') cells.state_set = 'complete'
      else if (values.state !== row.state) {
        problems.at(
          inside(sent.place, 'state'),
          'State can only be set to complete; the rest follows from the imports',
          values.state,
        )
      }
    }
    problems.throwIfAny()
    const after = { ...row, ...cells } as BuildRow
    cells.kind = buildKind(
      { branch: after.branch, pullRequest: after.pull_request },
      { mainline: project.mainline_branches, queue: project.queue_branches },
    )
    await changeBuild(tx, projectId, id, { ...(cells as Partial<BuildRow>), updated_at: now })
    const fresh = await refreshBuild(tx, projectId, id, { timeout, now })
    const changes = changesOf(builds, { ...row }, { ...after, ...fresh })
    noteSetting(tx, { entity: 'build', entityId: id, projectId, action: 'update', changes })
    return { show: 'builds', id }
  })
}

/** Runs that are deleted in one transaction. */
const RUNS_AT_ONCE = 500

/** Deletes the runs of a build, some at a time, so that nobody waits long for them. */
async function deleteItsRuns(context: Context, id: number): Promise<void> {
  const projectId = context.project.id
  for (let left = true; left; ) {
    await context.write(
      async (tx) => {
        await lockLinks(tx, projectId)
        const ids = await runsOfBuild(tx, projectId, id, RUNS_AT_ONCE)
        const rows = await findByIds(tx, 'runs', projectId, ids)
        await lockInstances(
          tx,
          projectId,
          rows.map((row) => row.instance_id),
        )
        await deleteRuns(tx, projectId, rows)
        left = ids.length === RUNS_AT_ONCE
        return { body: {} }
      },
      { secret: true },
    )
  }
}

/** `DELETE builds/:id.json`: its runs stay, without a build; with `runs=true` they go too. */
export async function deleteBuild(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  await mustFind(context.reader, builds, projectId, id)
  if (context.query.flag('runs')) await deleteItsRuns(context, id)
  return context.write(async (tx) => {
    const row = await mustLock(tx, projectId, id)
    if (
      row.state === 'receiving' &&
      JSON.parse(row.shards).some(({ state }: { state: string }) => state === 'receiving')
    ) {
      throw apiError('conflict', { title: 'An import of this build is being stored; delete it when that is done' })
    }
    await forgetBuild(tx, projectId, id)
    await deleteRow(tx, 'builds', projectId, id)
    noteSetting(tx, {
      entity: 'build',
      entityId: id,
      projectId,
      action: 'delete',
      changes: changesOf(builds, { ...row }, undefined),
    })
    return { body: renderDeleted(builds, id) }
  })
}

/** `GET builds/:id/results.json`: the verdict of each instance; with `missing=true` those that are missing too. */
export async function listResults(context: Context): Promise<Answer> {
  const build = await mustFind(context.reader, builds, context.project.id, context.id())
  const list = { ...resultsList, order: newsFirst(context), within: ofBuild(build.id) }
  if (!context.query.flag('missing')) return { page: await listRows(list, context) }
  const base = await lastCompleteBuild(context.reader, {
    projectId: build.project_id,
    pipeline: build.pipeline,
    before: build.started_at,
    not: build.id,
  })
  const select = missedSelect({
    projectId: build.project_id,
    build: build.id,
    base: build.scope === 'full' ? base?.id : undefined,
  })
  return { page: await listRows({ ...list, select }, context) }
}

/** `GET builds/:id/compare.json?with=`: what is another verdict in another build. */
export async function compareBuilds(context: Context): Promise<Answer> {
  const projectId = context.project.id
  const build = await mustFind(context.reader, builds, projectId, context.id())
  const text = context.query.get('with')
  const other = text === undefined ? undefined : parseIdMember(text)
  if (other === undefined) throw invalidParameter('with', 'with must be the id of the build to compare with')
  const { id } = await mustFind(context.reader, builds, projectId, other)
  const page = readPage(context.query)
  const counts = await countDifferences(context.reader, projectId, { one: id, other: build.id })
  const total = counts.reduce((sum, { n }) => sum + n, 0)
  const from = Math.min(Number.MAX_SAFE_INTEGER, (page.number - 1) * page.size)
  const rows = await pageOfDifferences(context.reader, projectId, { one: id, other: build.id, from, most: page.size })
  const result = { total, more: from + rows.length < total }
  const data = rows.map((row) => ({
    'instance-id': row.instance_id,
    'test-id': row.test_id,
    'test-name': row.test_name,
    variant: row.variant ?? '',
    from: row.from,
    to: row.to,
  }))
  const meta = {
    ...pageMeta(page, result),
    counts: counts.map(({ from: was, to, n }) => ({ from: was, to, count: n })),
  }
  return { page: { data: jsonTexts(data), links: pageLinks(context.url, context.query, page, result), meta } }
}
