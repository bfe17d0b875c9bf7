import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EntityName } from '../../core/kinds.ts'
import { checkQuery, createChecking } from '../../core/ptql/check.ts'
import type { Context } from '../../engine/route.ts'
import { type Answered, type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'
import { holds, type World } from '../../test/evaluate-ptql.ts'
import { PTQL_TABLE } from '../../test/ptql-table.ts'
import { createPtqlProject, type PtqlProject } from '../../test/ptql-world.ts'
import { randomQuery } from '../../test/random-ptql.ts'
import { createDirectory } from './directory.ts'

const LISTS = { Test: 'tests', TestSet: 'sets', Requirement: 'requirements', Issue: 'issues' } as const

const nameOf = ({ attributes }: Json): string => attributes.name ?? attributes.title

/** `{name}` of the table as the id of what bears it. */
const filled = (query: string, { ids, projectId }: PtqlProject) =>
  query.replaceAll(/\{([^}]+)\}/g, (_, name: string) => String(name === 'project' ? projectId : ids[name]))

const ask = (app: TestApp, project: PtqlProject, list: string, query: string, more = '') =>
  app.get(project.p(`/${list}.json?ptql=${encodeURIComponent(query)}${more}`))

/** The context of a request by the account token, as far as the directory looks at it. */
function contextOf(app: TestApp, projectId: number): Context {
  const caller = { accountId: app.accountId, userId: null, passesAll: true }
  return { caller, project: { id: projectId }, require: () => {} } as unknown as Context
}

onEveryDatabase('PTQL', (get) => {
  let project: PtqlProject
  let world: World
  beforeAll(async () => {
    project = await createPtqlProject(get())
    world = await project.world()
  })

  /** Names of what the plain evaluator selects. */
  async function evaluate(query: string, entity: EntityName): Promise<string[]> {
    const app = get()
    const directory = createDirectory(contextOf(app, project.projectId), app.database.read)
    const checking = createChecking({ directory, now: Date.now(), currentUser: null })
    const condition = await checkQuery(checking, query, entity)
    return world.documents[entity].filter((document) => holds(world, condition, document)).map(nameOf)
  }

  describe.each(Object.entries(PTQL_TABLE))('on %s', (entity, cases) => {
    it.each(cases)('%s', async (template, expected) => {
      const app = get()
      const query = filled(template, project)
      const answer = await ask(app, project, LISTS[entity as keyof typeof LISTS], query)
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body.data.map(nameOf).sort()).toEqual([...expected].sort())
      expect(answer.body.meta['total-count']).toBe(expected.length)

      expect((await evaluate(query, entity as EntityName)).sort()).toEqual([...expected].sort())
    })
  })

  it('has a table of at least 150 queries', () => {
    expect(Object.values(PTQL_TABLE).flat().length).toBeGreaterThanOrEqual(150)
  })

  it.each(Object.entries(LISTS))('agrees with the plain evaluator on random queries over %s', async (entity, list) => {
    const app = get()
    await fc.assert(
      fc.asyncProperty(randomQuery(entity as EntityName), async (template) => {
        const query = filled(template, project)
        const answer = await ask(app, project, list, query)
        // Too deep is the one thing that a random query may be refused for.
        if (answer.status === 422 && titles(answer)[0]?.includes('nested deeper')) return
        expect(answer.status, `${query}\n${answer.text}`).toBe(200)
        expect(answer.body.data.map(nameOf).sort(), query).toEqual((await evaluate(query, entity as EntityName)).sort())
      }),
      { numRuns: 150 },
    )
  })

  const problemOf = (answer: Answered) => {
    expect(answer.status, answer.text).toBe(422)
    const [error] = answer.body.errors
    return { title: titles(answer)[0], meta: error.meta, source: error.source }
  }

  describe('errors', () => {
    it.each([
      ['Name =', 6, 'expected a value, found the end of the query', ''],
      ['Name = AND', 7, 'expected a value, found AND', 'AND'],
      ['Name', 4, 'expected an operator after Name, found the end of the query', ''],
      ['Assigned To = 1', 9, 'quote a field name of several words: "Assigned To"', 'To'],
      ['= 1', 0, 'expected a condition, found =', '='],
      ['ID = 1 AND', 10, 'expected a field, NOT, LINKED TO, VIEW or "(", found the end of the query', ''],
      ['(ID = 1', 7, 'expected ")", AND or OR', ''],
      ['ID = 1)', 6, 'expected AND, OR or the end of the query, found )', ')'],
      ['ID IN 1', 6, 'expected "(" and a list of values, LAST or NEXT, found 1', '1'],
      ['ID IN (1', 8, 'expected "," or ")"', ''],
      ['Created_At IN LAST x days', 19, 'expected a whole number, found x', 'x'],
      ['Created_At IN LAST 2 moons', 21, 'expected minutes, hours, days, weeks, months or years, found moons', 'moons'],
      ['ID BETWEEN 1', 12, 'expected AND and the upper bound', ''],
      ['ID NOT = 1', 7, 'expected IN, CONTAINS, LIKE or BETWEEN after NOT, found =', '='],
      ['ID IS 1', 6, 'expected EMPTY or NULL, found 1', '1'],
      ['Name = "abc', 7, 'this text has no closing quote', '"abc'],
      ['Name = "a" ; x', 11, '; has no meaning here', ';'],
      ['LINKED Requirement', 7, 'expected TO, found Requirement', 'Requirement'],
      ['LINKED TO Cat', 10, 'expected Test, Requirement, Issue, Milestone or TestSet, found Cat', 'Cat'],
      ['LINKED TO Test', 10, 'Test is not linked to Test', 'Test'],
      ['VIEW', 4, 'expected # and the id of a filter, or its name in quotes', ''],
      ['VIEW #x', 6, 'expected a whole number, found x', 'x'],
      ['VIEW #999999', 0, 'there is no filter #999999 here', 'VIEW'],
      ['VIEW "nowhere"', 5, 'there is no filter "nowhere" here', '"nowhere"'],
      ['Priorty = 1', 0, 'Test has no field "Priorty"; did you mean "Priority"?', 'Priorty'],
      ['Browsr = 1', 0, 'did you mean "Browser"?', 'Browsr'],
      ['Environment = x', 0, 'Test has no field "Environment"', 'Environment'],
      ['---f-1 = x', 0, 'Test has no field "---f-1"', '---f-1'],
      ['"my field" = x', 0, 'use the key', '"my field"'],
      ['Name < "x"', 5, '< does not suit the field "Name"', '<'],
      ['ID CONTAINS 1', 3, 'CONTAINS does not suit the field "ID"', 'CONTAINS'],
      ['Author LIKE "x"', 7, 'LIKE does not suit the field "Author"', 'LIKE'],
      ['Automated IN (TRUE)', 10, 'IN does not suit the field "Automated"', 'IN'],
      ['ID IN LAST 3 days', 3, 'IN LAST does not suit the field "ID"', 'IN'],
      ['ID = "x"', 5, 'the field "ID" is compared with a number; "x" is none', '"x"'],
      ['Name = TODAY', 7, 'the field "Name" is compared with text; TODAY is none', 'TODAY'],
      ['Automated = maybe', 12, 'is compared with TRUE or FALSE', 'maybe'],
      ['Created_At = 5', 13, 'is compared with a date such as', '5'],
      ['Created_At = 2025-02-30', 13, 'is compared with a date such as', '2025-02-30'],
      ['Author = CURRENT_USER', 9, 'CURRENT_USER means nobody here', 'CURRENT_USER'],
    ])('%s', async (query, position, problem, near) => {
      const { title, meta, source } = problemOf(await ask(get(), project, 'tests', query))
      expect(title).toContain(`PTQL error at position ${position}: `)
      expect(title).toContain(problem)
      expect(meta).toEqual({ position, line: 1, column: position + 1, near })
      expect(source).toEqual({ parameter: 'ptql' })
    })

    it('counts positions in code points, and lines', async () => {
      const { meta } = problemOf(await ask(get(), project, 'tests', 'Name = "😀"\nAND 😀'))
      expect(meta).toEqual({ position: 15, line: 2, column: 5, near: '😀' })
    })

    it('refuses queries that are too long or too deep', async () => {
      const app = get()
      const long = `Name = "${'x'.repeat(4000)}"`
      expect(problemOf(await ask(app, project, 'tests', long)).title).toContain('at most 4000 characters')
      const deep = (n: number) => `${'('.repeat(n)}ID = 1${')'.repeat(n)}`
      expect((await ask(app, project, 'tests', deep(20))).status).toBe(200)
      expect(problemOf(await ask(app, project, 'tests', deep(21))).title).toContain('deeper than 20 levels')
    })

    it('is refused where there is no query language', async () => {
      const app = get()
      for (const path of ['/steps.json', '/step_runs.json', '/milestones.json', '/folders.json']) {
        const answer = await app.get(project.p(`${path}?ptql=ID%3D1`))
        expect(problemOf(answer).source, path).toEqual({ parameter: 'ptql' })
      }
      expect(problemOf(await app.get(project.p('/tests.json?set-ptql=ID%3D1'))).source).toEqual({
        parameter: 'set-ptql',
      })
    })
  })

  describe('CURRENT_USER', () => {
    it('is the user that filter-user-id names, with every token', async () => {
      const answer = await ask(get(), project, 'tests', 'Author = CURRENT_USER', `&filter-user-id=${project.ids.ada}`)
      expect(answer.body.data.map(nameOf)).toEqual(['Pay by card'])
      const unknown = await ask(get(), project, 'tests', 'ID = 1', '&filter-user-id=999999')
      expect(problemOf(unknown).source).toEqual({ parameter: 'filter-user-id' })
    })
  })

  describe('on instances and runs', () => {
    it('selects those in the sets that the query selects', async () => {
      const app = get()
      const query = encodeURIComponent('Name = "weekly"')
      for (const parameter of ['ptql', 'set-ptql']) {
        const instances = await app.get(project.p(`/instances.json?${parameter}=${query}`))
        expect(instances.body.data.map((each: Json) => each.attributes['set-id'])).toEqual(
          Array(2).fill(project.ids.Weekly),
        )
        const runs = await app.get(project.p(`/runs.json?${parameter}=${query}`))
        expect(runs.body.data).toHaveLength(1)
      }
      const narrowed = await app.get(project.p(`/instances.json?set-ptql=${query}&test-ids=${project.ids.Refund}`))
      expect(narrowed.body.data).toHaveLength(1)
      const twice = await app.get(project.p(`/instances.json?set-ptql=${query}&ptql=${query}`))
      expect(problemOf(twice).title).toContain('not both')
    })
  })

  it('walks pages by links.next and combines with other parameters', async () => {
    const app = get()
    const first = await ask(app, project, 'tests', 'ID > 0', '&page[size]=2')
    expect(first.body.meta).toMatchObject({ 'total-count': 6, 'total-pages': 3 })
    const seen: string[] = first.body.data.map(nameOf)
    for (let next = first.body.links.next; next; ) {
      const { pathname, search } = new URL(next)
      const { body } = await app.get(`${pathname}${search}`)
      seen.push(...body.data.map(nameOf))
      next = body.links.next
    }
    expect(seen).toHaveLength(6)
    expect((await ask(app, project, 'tests', 'ID > 1', '&display-ids=1,2')).body.data).toHaveLength(1)
    const counted = await app.get(project.p(`/tests/run_statuses_count.json?ptql=${encodeURIComponent('ID <= 2')}`))
    expect(counted.body.data['run-statuses-count']).toMatchObject({ PASSED: 1, FAILED: 1, 'NO RUN': 0 })
  })

  it('asks for the view permission of what a query is linked to', async () => {
    const app = get()
    const { token } = await app.person(`viewer${project.projectId}@example.org`, null)
    const groups = app.p('/groups.json')
    const made = await app.post(groups, { data: { attributes: { name: 'T', permissions: { tests_view: true } } } })
    expect(made.status, made.text).toBe(200)
    const user = (await app.get(`/users.json?email=viewer${project.projectId}@example.org`)).body.data[0]
    await app.post(app.p(`/groups/${made.body.data.id}/relationships/users.json`), { data: [{ id: user.id }] })
    const query = (text: string) => app.get(app.p(`/tests.json?ptql=${encodeURIComponent(text)}`), { token })
    expect((await query('LINKED TO TestSet')).status).toBe(200)
    expect((await query('LINKED TO Milestone')).status).toBe(200)
    expect((await query('LINKED TO Issue')).status).toBe(403)
    expect((await query('LINKED TO TestSet WHERE (LINKED TO Issue)')).status).toBe(403)
  })
})
