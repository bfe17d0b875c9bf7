import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../cli/src/test/run.ts'
import { fillWorld } from './fill-world.ts'
import { createInstances, startLoad, storedRuns } from './load.ts'
import { createRenamer } from './same-but-ids.ts'
import {
  call,
  callAll,
  DATABASES,
  type Json,
  newFolder,
  type Place,
  placeOn,
  ROOT,
  type ServerProcess,
  startForTest,
} from './server-process.ts'
import { sha256 } from './sha256.ts'

const startOn = (place: Place) => startForTest({ env: place, dataDir: place.ASSAY_DATA_DIR })

/** Runs a command of the command line on a place. */
const assay = (place: Place, ...argv: string[]) => run(argv, { env: place })

async function done(place: Place, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await assay(place, ...argv)
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return stdout
}

/** The lines of a dump, without what says when and where it was made. */
function linesOf(path: string): Json[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const [{ made, 'last-id': lastId, ...header }, ...rest] = lines
  expect([made, lastId]).toEqual([expect.any(String), expect.any(Number)])
  return [header, ...rest.filter((line: Json) => !('end' in line))]
}

/** Lists that name an entity in their query. */
const OF_ENTITIES = new Set(['attachments', 'comments', 'fields'])

/** Every other list of the API that a project has: by what a person sees, two servers are alike when these are. */
const LISTS = readFileSync(join(ROOT, 'docs/endpoints.tsv'), 'utf8')
  .split('\n')
  .flatMap((line) => /^GET\t\/api\/v2\/projects\/:project_id\/([a-z_]+)\.json\t/.exec(line)?.[1] ?? [])
  .filter((word) => !OF_ENTITIES.has(word) && word !== 'workflow')

/** Entities that carry files and comments, by the word that names their kind. */
const CARRIERS = { test: 'tests', testset: 'sets', run: 'runs', issue: 'issues', requirement: 'requirements' }

/** Everything that the API shows of a project, and what the files of attachments hold, by their name. */
async function answersOf(server: ServerProcess, { project }: { project: number }): Promise<Json> {
  const answers: Json = { files: {}, attachments: [], comments: [] }
  const at = (path: string) => `/projects/${project}/${path}`
  for (const word of LISTS) answers[word] = await callAll(server, at(`${word}.json`))
  answers.workflow = (await call(server, 'GET', at('workflow.json'))).data
  answers.fields = (await call(server, 'GET', at('fields.json?entity=test'))).data
  for (const [word, list] of Object.entries(CARRIERS)) {
    for (const { id } of answers[list]) {
      const query = `entity=${word}&entity-id=${id}`
      answers.comments.push(...(word === 'run' ? [] : await callAll(server, at(`comments.json?${query}`))))
      answers.attachments.push(...(await callAll(server, at(`attachments.json?${query}`))))
    }
  }
  for (const { id, attributes } of answers.attachments) {
    const url = `${server.url}/api/v2${at(`attachments/${id}`)}`
    const answer = await fetch(url, { headers: { pttoken: server.token } })
    answers.files[attributes.name] = sha256(await answer.bytes())
  }
  expect([answers.comments.length, answers.attachments.length]).toEqual([1, 5])
  return answers
}

const userFieldsOf = (fields: Json[]) =>
  fields.filter(({ attributes }) => attributes['field-format'] === 'user').map(({ id }) => Number(id))

const OTHER = { sqlite: 'postgres', postgres: 'sqlite' } as const

describe.each(DATABASES)('a server on %s', (kind) => {
  it('is backed up and restored into the other kind of database, with equal rows, files and answers', async () => {
    const from = await placeOn(kind)
    const server = await startOn(from)
    const world = await fillWorld(server)
    const answers = await answersOf(server, world)
    const backup = join(newFolder(), 'backup.jsonl')
    await done(from, 'backup', backup)
    expect(statSync(backup).mode & 0o777).toBe(0o600)
    expect(readFileSync(backup, 'utf8')).not.toContain(server.token)
    const again = await assay(from, 'backup', backup)
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('There is a file')])

    const to = await placeOn(OTHER[kind])
    await done(to, 'restore', backup)
    const second = join(newFolder(), 'second.jsonl.gz')
    await done(to, 'backup', second)
    await done(to, 'doctor')
    const back = await placeOn(kind)
    await done(back, 'restore', second)
    const third = join(newFolder(), 'third.jsonl')
    await done(back, 'backup', third)
    expect(linesOf(third)).toEqual(linesOf(backup))

    const restored = await startOn(to)
    const local = (text: string, { url }: ServerProcess) => JSON.parse(text.replaceAll(url, 'http://assay'))
    const restoredAnswers = await answersOf(restored, world)
    expect(local(JSON.stringify(restoredAnswers), restored)).toEqual(local(JSON.stringify(answers), server))
    // What is made next takes an id that nothing had.
    const made = await call(restored, 'POST', `/projects/${world.project}/folders.json`, {
      data: { attributes: { name: 'new', entity: 'test' } },
    })
    expect(JSON.stringify(answers)).not.toContain(`"id":"${made.data.id}"`)

    const refused = await assay(to, 'restore', backup)
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('The database is not empty')])
  })

  it('is backed up under load, and the backup has every run that was acknowledged before', async () => {
    const from = await placeOn(kind)
    const server = await startOn(from)
    const { project, instances } = await createInstances(server)
    const load = startLoad(server, project, instances)
    while (load.acknowledged.length < 100) await new Promise((resolve) => setTimeout(resolve, 20))
    const before = [...load.acknowledged]
    const backup = join(newFolder(), 'backup.jsonl.gz')
    await done(from, 'backup', backup)
    await load.stop()
    expect(load.refused).toEqual([])
    const to = await placeOn(OTHER[kind])
    await done(to, 'restore', backup)
    await done(to, 'doctor')
    const stored = new Set(await storedRuns(to.ASSAY_DATA_DIR, to.DATABASE_URL))
    expect(before.filter((name) => !stored.has(name))).toEqual([])
  })

  it('exports a project that a server on the other kind imports while it serves, equal but for its ids', async () => {
    const from = await placeOn(kind)
    const server = await startOn(from)
    const world = await fillWorld(server)
    const first = join(newFolder(), 'first.jsonl')
    await done(from, 'export', '--project', String(world.project), '--output', first)
    expect(readFileSync(first, 'utf8')).not.toMatch(/whsec_/)

    const to = await placeOn(OTHER[kind])
    const target = await startOn(to)
    const created = await assay(to, 'import', first, '--name', 'Copy')
    expect([created.exitCode, created.stderr]).toEqual([
      0,
      expect.stringContaining('New users, without tokens: tester@'),
    ])
    const copy = { project: Number(created.stdout) }
    const taken = await assay(to, 'import', first, '--name', 'copy')
    expect([taken.exitCode, taken.stderr]).toEqual([2, expect.stringContaining('There is a project "copy" already')])
    await done(to, 'doctor')
    const second = join(newFolder(), 'second.jsonl')
    writeFileSync(second, await done(to, 'export', '--project', 'Copy'))

    const fields = (it: ServerProcess, { project }: { project: number }) =>
      callAll(it, `/projects/${project}/custom_fields.json`).then(userFieldsOf)
    const normal = async (it: ServerProcess, place: { project: number }, value: Json) =>
      createRenamer(await fields(it, place))(value)
    // The name was asked for, and when it was used is no part of a project.
    const named = (lines: Json[], name: string) =>
      lines.map((line) => (line.table === 'projects' ? { ...line, row: { ...line.row, name, name_folded: '' } } : line))
    expect(await normal(target, copy, named(linesOf(second), 'x'))).toEqual(
      await normal(server, world, named(linesOf(first), 'x')),
    )
    expect(await normal(target, copy, await answersOf(target, copy))).toEqual(
      await normal(server, world, await answersOf(server, world)),
    )
  })
})

describe('a file that is not whole', () => {
  it('is refused before anything is stored', async () => {
    const place = await placeOn('sqlite')
    await done(place, 'init')
    const good = join(newFolder(), 'good.jsonl')
    await done(place, 'export', '--project', 'Demo', '--output', good)
    const [cut, changed] = [`${good}.cut`, `${good}.changed`]
    copyFileSync(good, cut)
    truncateSync(cut, statSync(good).size - 60)
    writeFileSync(changed, readFileSync(good, 'utf8').replace('"automation_support":1', '"automation_support":0'))
    for (const [file, message] of [
      [cut, /cut short|is not JSON/],
      [changed, /damaged/],
      [join(newFolder(), 'nothing'), /Cannot read/],
    ] as const) {
      const { exitCode, stderr } = await assay(place, 'import', file, '--name', 'Copy')
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)])
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    expect((await done(place, 'project', 'list')).trim().split('\n')).toHaveLength(2)
    const wrongKind = await assay(place, 'restore', good)
    expect([wrongKind.exitCode, wrongKind.stderr]).toEqual([2, expect.stringContaining('use "assay import"')])
  })

  it('leaves nothing of a project when it is whole and yet cannot be stored', async () => {
    const place = await placeOn('sqlite')
    await done(place, 'init')
    const good = join(newFolder(), 'good.jsonl')
    await done(place, 'export', '--project', 'Demo', '--output', good)
    const lines = readFileSync(good, 'utf8').split('\n').slice(0, -2)
    // A member that is there twice, which only the database finds.
    const twice = [...lines, ...lines.filter((line) => line.includes('"table":"memberships"'))]
    const text = `${twice.join('\n')}\n`
    const bad = `${good}.twice`
    writeFileSync(bad, `${text}${JSON.stringify({ end: { lines: twice.length, sha256: sha256(text) } })}\n`)
    const refused = await assay(place, 'import', bad, '--name', 'Copy')
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('UNIQUE constraint failed')])
    expect((await done(place, 'project', 'list')).trim().split('\n')).toHaveLength(2)
    await done(place, 'doctor')
    await done(place, 'import', good, '--name', 'Copy')
  })
})
