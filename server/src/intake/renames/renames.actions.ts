import { apiError } from '../../core/errors.ts'
import { oneElement } from '../../core/jsonapi/body.ts'
import { MAX_RENAMES } from '../../core/limits.ts'
import { createProblems, inside, invalidAt } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { blankAsNull } from '../../core/text.ts'
import type { Tx } from '../../db/handle.ts'
import { changeRow } from '../../db/store.ts'
import { mustFind, notFound } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { listRows } from '../../engine/show-rows.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { lockLinks } from '../../features/links/links.store.ts'
import { builds } from '../builds/builds.resource.ts'
import { type BuildRow, shiftRenamed } from '../builds/builds.store.ts'
import { refreshBuild } from '../builds/refresh-build.ts'
import { ofBuild } from '../builds/results.list.ts'
import { judgeInstances } from '../flaky/judge-import.ts'
import { joinTests, type Obstacle } from './join-tests.ts'
import { partTests } from './part-tests.ts'
import { renamesList } from './renames.list.ts'
import { renames } from './renames.resource.ts'
import { madeFrom } from './renames.rules.ts'
import { insertRenames, lockRename, namesOfTests, pairsKnown, type RenameRow, sizeOfTest } from './renames.store.ts'

/** `GET builds/:id/renames.json`: pairs of tests that are one, or may be. */
export async function listRenames(context: Context): Promise<Answer> {
  const build = await mustFind(context.reader, builds, context.project.id, context.id())
  const page = await listRows({ ...renamesList, filters: [ofBuild(build.id), ...renamesList.filters] }, context)
  return { page: { ...page, meta: { ...page.meta, limited: build.renames_limited === 1 } } }
}

const WHY_NOT: Readonly<Record<Exclude<Obstacle, 'gone'>, string>> = {
  steps: 'The new test has steps of its own, or other tests call it; take those away first, or keep both tests',
  'both ran': 'A build has a verdict of each, so they are two tests',
}

/** Whether a build made the test that it has a new name of. */
const madeBy = (build: BuildRow, test: { created_at: number }) => test.created_at >= madeFrom(build)

const noteState = (tx: Tx, build: BuildRow, rename: RenameRow, from: string, to: string) =>
  noteSetting(tx, {
    entity: 'build',
    entityId: build.id,
    projectId: build.project_id,
    action: 'update',
    changes: [{ field: `renames/${rename.id}`, from, to }],
  })

/** `POST builds/:id/renames.json`: joins two tests by hand. A pair that is joined already is answered as it is. */
export async function createRename(context: Context, timeout: number): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const { now } = context
  const projectId = context.project.id
  const build = await mustFind(context.reader, builds, projectId, context.id())
  const problems = createProblems()
  const idOf = (name: 'from' | 'to') => {
    const place = inside(sent.place, name)
    const value = blankAsNull(sent.values[name]) ?? null
    if (value !== null) return readId(value, { problems, place, label: name === 'from' ? 'From' : 'To' })
    problems.at(place, `${name === 'from' ? 'From' : 'To'} can't be blank: it is the id of a test`)
    return undefined
  }
  const [from, to] = [idOf('from'), idOf('to')]
  if (from !== undefined && from === to) problems.at(inside(sent.place, 'to'), 'To must be another test than from')
  problems.throwIfAny()
  if (from === undefined || to === undefined) throw new Error('A test that is no id is a problem')
  return context.write(
    async (tx) => {
      await lockLinks(tx, projectId)
      const known = (await pairsKnown(tx, projectId, build.id, [from])).get(`${from} ${to}`)
      if (known?.state === 'joined') return { show: 'renames', id: known.id }
      const names = await namesOfTests(tx, projectId, [from, to])
      for (const [name, id] of [
        ['from', from],
        ['to', to],
      ] as const) {
        if (!names.has(id)) {
          problems.at(
            inside(sent.place, name),
            `${name === 'from' ? 'From' : 'To'} names no test of this project: ${id}`,
          )
        }
      }
      problems.throwIfAny()
      const size = await sizeOfTest(tx, projectId, to)
      if (size.runs > MAX_RENAMES.runs || size.instances > MAX_RENAMES.instances) {
        throw invalidAt(
          inside(sent.place, 'to'),
          `The new test has ${size.runs} runs in ${size.instances} instances; one with more than ${MAX_RENAMES.runs} runs or ${MAX_RENAMES.instances} instances is not joined`,
        )
      }
      const row: RenameRow = {
        project_id: projectId,
        id: known?.id ?? tx.nextId(),
        build_id: build.id,
        from_test_id: from,
        to_test_id: to,
        from_name: names.get(from) as string,
        to_name: names.get(to) as string,
        reason: known?.reason ?? 'by hand',
        state: 'joined',
        parted_at: null,
        created_at: known?.created_at ?? now,
        updated_at: now,
      }
      if (known === undefined) await insertRenames(tx, [row])
      else {
        const { from_name, to_name, state, parted_at } = row
        await changeRow(tx, 'renames', { projectId, id: row.id, cells: { from_name, to_name, state, parted_at }, now })
      }
      const { joined, obstacles, news, told } = await joinTests(tx, { projectId, now }, [
        { renameId: row.id, from, to },
      ])
      if (joined.length === 0) {
        const why = obstacles.get(row.id)
        if (why === undefined || why === 'gone')
          throw apiError('conflict', { title: 'One of the tests is being deleted' })
        throw invalidAt(inside(sent.place, 'to'), WHY_NOT[why])
      }
      const isOwn = news.get(to) !== undefined && madeBy(build, news.get(to) as { created_at: number })
      await shiftRenamed(tx, projectId, build.id, { newTests: isOwn ? -1 : 0, movedTests: 1 })
      await judgeInstances(tx, { projectId, now }, told)
      await refreshBuild(tx, projectId, build.id, { timeout, now })
      noteState(tx, build, row, known === undefined ? '' : known.state, 'joined')
      return { show: 'renames', id: row.id }
    },
    { ids: 1 },
  )
}

/** `DELETE builds/:id/renames/:pair.json`: parts two tests that were joined. */
export async function deleteRename(context: Context, timeout: number): Promise<Answer> {
  const projectId = context.project.id
  const { now } = context
  const build = await mustFind(context.reader, builds, projectId, context.id())
  const pair = context.id('pair')
  return context.write(async (tx) => {
    await lockLinks(tx, projectId)
    const rename = await lockRename(tx, projectId, build.id, pair)
    if (rename === undefined) throw notFound(renames)
    if (rename.state !== 'joined') {
      throw apiError('conflict', { title: 'These tests are not joined, so there is nothing to part' })
    }
    const young = await partTests(tx, { projectId, now }, rename)
    if (young === undefined) {
      throw apiError('conflict', {
        title: 'These tests cannot be parted: what was moved is not known here',
        detail: 'They were joined on another server, and a copy of a project does not hold what parting them takes.',
      })
    }
    const cells = { state: 'proposed', parted_at: now }
    await changeRow(tx, 'renames', { projectId, id: rename.id, cells, now })
    await shiftRenamed(tx, projectId, build.id, { newTests: madeBy(build, young) ? 1 : 0, movedTests: -1 })
    await refreshBuild(tx, projectId, build.id, { timeout, now })
    noteState(tx, build, rename, 'joined', 'proposed')
    return { body: renderDeleted(renames, rename.id) }
  })
}
