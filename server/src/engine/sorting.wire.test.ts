import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEverything } from '../../../test-support/one-of-everything.ts'
import { LISTS } from '../app/registry.ts'
import { compareTexts } from '../core/ptql/match-text.ts'
import { comparablesOf } from '../core/resource/comparable.ts'
import { RUN_STATUSES } from '../core/run-statuses.ts'
import { fold } from '../core/text.ts'
import { resultsList } from '../intake/builds/results.list.ts'
import { setsList } from '../resources/sets/sets.list.ts'
import { sets } from '../resources/sets/sets.resource.ts'
import { type Json, onEveryDatabase, type TestApp, titles } from '../test/build-app.ts'
import { filterablesOf } from './attribute-filters.ts'
import { sortablesOf } from './sorting.ts'

const SORTED = [...LISTS.filter(({ sortable }) => sortable !== undefined), resultsList]

/** Values that no attribute has, or only one of some kind: none may be more than refused. */
const VALUES = [
  'null',
  '1',
  '-1',
  '1.5',
  '1e400',
  '99999999999999999999',
  'null,null,,x',
  '2026-03-01',
  '00:00:01',
  "'%00\u{1f600}",
]

onEveryDatabase('order and filters of lists', (get) => {
  let app: TestApp
  let have: Record<string, number>
  beforeAll(async () => {
    app = get()
    have = await createEverything(app, {
      projectId: app.projectId,
      userId: app.ownerId,
      token: app.token,
      prefix: 'sorted',
    })
  })

  const made = async (where: string, attributes: Json) => {
    const { status, body } = await app.post(where, { data: { attributes } })
    expect([status, body.errors]).toEqual([200, undefined])
    return Number([body.data].flat()[0].id)
  }

  /** All rows of a list, as the links of its pages lead to them. */
  async function rowsOf(first: string, token: string = app.token): Promise<Json[]> {
    const rows: Json[] = []
    for (let url: string | undefined = first; url !== undefined; ) {
      const { status, body }: Json = await app.get(url, { madeUp: true, token })
      expect([url, status, body.errors]).toEqual([url, 200, undefined])
      rows.push(...body.data)
      const next: string | undefined = body.links.next
      url = next === undefined ? undefined : next.slice(next.indexOf('/api/'))
    }
    return rows
  }

  const walk = async (first: string): Promise<number[]> => (await rowsOf(first)).map(({ id }) => Number(id))

  it('exist on the lists of the contract', () => {
    expect(SORTED.map(({ resource }) => resource.type).sort()).toEqual(
      [
        ...['projects', 'users', 'requirements', 'tests', 'sets', 'instances', 'runs', 'issues', 'milestones'],
        ...['builds', 'results', 'failures', 'flaky-tests', 'comments'],
      ].sort(),
    )
  })

  describe.each(SORTED.map((list) => [list.resource.type, list] as const))('of %s', (type, list) => {
    const at = (query: string) => {
      if (type === 'results') return app.p(`/builds/${have.builds}/results.json?${query}`)
      const path = `/${list.resource.path}.json?${type === 'comments' ? `entity=test&entity-id=${have.tests}&` : ''}${query}`
      return list.resource.scope === 'project' ? app.p(path) : path
    }

    it('take every name that they document', async () => {
      for (const name of sortablesOf(list).keys()) {
        for (const sort of [name, `-${name.replaceAll('-', '_')}`]) {
          const { status, body } = await app.get(at(`sort=${sort}`), { madeUp: true })
          expect([sort, status, body.errors]).toEqual([sort, 200, undefined])
        }
      }
      const all = await app.get(at([...filterablesOf(list).keys()].map((name) => `${name}=null`).join('&')))
      expect(all.status).toBe(200)
    })

    it('refuse any other, and name those that there are', async () => {
      const names = [...sortablesOf(list).keys()]
      for (const sort of [
        'nonsense',
        'constructor',
        '--name',
        '---f-0',
        '---f-1e400',
        `${names.slice(0, 3).join(',')},x`,
      ]) {
        const answer = await app.get(at(`sort=${sort}`), { madeUp: true })
        expect([sort, answer.status]).toEqual([sort, 422])
        for (const name of names) expect(titles(answer)[0]).toContain(name)
      }
    })

    it('are never an error of the server, whatever is sent', async () => {
      const names = [...sortablesOf(list).keys()]
      const queries = [
        ...[...filterablesOf(list).keys()].flatMap((name) =>
          VALUES.map((value) => `${name}=${encodeURIComponent(value)}`),
        ),
        'sort=',
        'sort=,,',
        'sort=-',
        `sort=${names[0]}&sort=-${names[0]}`,
        `sort=${Array(1000).fill(names[0]).join(',')}`,
        `sort=${Array.from({ length: 1000 }, (_, n) => `---f-${n}`).join(',')}`,
        Array.from({ length: 1000 }, (_, n) => `---f-${n}=1`).join('&'),
        `${names[0]}=${Array.from({ length: 1001 }, (_, n) => n).join(',')}`,
        `sort=${names[0]}&page[number]=99999999&page[after]=1&page[for]=99999999x100`,
        `sort=${names[0]}&page[number]=9007199254740993`,
      ]
      for (const query of queries) {
        const { status } = await app.get(at(query), { madeUp: true })
        expect([query, [200, 422].includes(status)]).toEqual([query, true])
      }
    })
  })

  it('follow the indexes of other tables, and of names that only some have', async () => {
    const project = await made('/projects.json', { name: 'Joined' })
    const p = (rest: string) => `/projects/${project}${rest}`
    const tests: number[] = []
    for (const name of ['b', 'B', 'a', 'É'])
      tests.push(await made(p('/tests.json'), { name, 'author-id': app.ownerId }))
    for (const name of ['later', 'sooner', 'none']) {
      const set = await made(p('/sets.json'), { name, 'author-id': app.ownerId })
      if (name === 'none') continue
      for (const test of [...tests].reverse()) await made(p('/instances.json'), { 'set-id': set, 'test-id': test })
    }
    const numbers = (displayId: string) => displayId.split(':').map(Number) as [number, number]
    const keys: Record<string, (a: Json, b: Json) => number> = {
      name: (a, b) => compareTexts(fold(a.attributes.name), fold(b.attributes.name)) || a.id - b.id,
      'display-id': (a, b) => {
        const [[set, n], [other, m]] = [numbers(a.attributes['display-id']), numbers(b.attributes['display-id'])]
        return set - other || n - m
      },
    }
    const instances = await rowsOf(p('/instances.json'))
    expect(instances).toHaveLength(8)
    for (const [name, compare] of Object.entries(keys)) {
      const ids = [...instances].sort(compare).map(({ id }) => Number(id))
      expect([name, await walk(p(`/instances.json?sort=${name}&page[size]=3`))]).toEqual([name, ids])
      expect([name, await walk(p(`/instances.json?sort=-${name}&page[size]=3`))]).toEqual([name, [...ids].reverse()])
    }
    const builds: Record<string, number> = {}
    for (const name of ['b', '', 'A', 'c']) builds[name] = await made(p('/builds.json'), name === '' ? {} : { name })
    builds.none = await made(p('/builds.json'), { name: '' })
    await app.put(p(`/builds/${builds.c}.json`), { data: { attributes: { name: '0', branch: 'main' } } })
    expect(await walk(p('/builds.json?branch=main'))).toEqual([builds.c])
    expect(await walk(p('/builds.json?branch=null&sort=display-id'))).toEqual(
      [builds.b, builds[''], builds.A, builds.none].map(Number),
    )
    expect(await walk(p('/builds.json?branch=main,null'))).toHaveLength(5)
    const named = [builds.c, builds.A, builds.b]
    const bare = [builds[''], builds.none]
    expect(await walk(p('/builds.json?sort=name&page[size]=2'))).toEqual([...named, ...bare])
    expect(await walk(p('/builds.json?sort=-name&page[size]=2'))).toEqual([...named.reverse(), ...bare.reverse()])
  })

  it('are of what a personal token sees', async () => {
    const { token, id } = await app.person('sorter@example.org', 'Testers')
    const projects = await rowsOf('/projects.json?sort=name', token)
    expect(projects.map((project) => Number(project.id))).toEqual([app.projectId])
    const users = await rowsOf('/users.json?sort=-created-at,email&page[size]=1', token)
    expect(users.map((user) => Number(user.id))).toContain(id)
  })

  describe('of many rows', () => {
    const NAMES = [
      'b',
      'B',
      'a',
      'ä',
      'Ä',
      'Ω',
      '\u{1f600}',
      '\uffee',
      '_',
      'a'.repeat(220),
      `${'a'.repeat(220)}b`,
      'İ',
      '10',
      '9',
    ]
    const users = new Map<number, string>()
    const folders = new Map<number, string>()
    const milestones = new Map<number, string>()
    const fields: Record<'number' | 'text' | 'multilist' | 'user', number> = {
      number: 0,
      text: 0,
      multilist: 0,
      user: 0,
    }
    let rows: { id: number; attributes: Json }[] = []
    let path = ''
    beforeAll(async () => {
      const project = await made('/projects.json', { name: 'Sorted' })
      const p = (rest: string) => `/projects/${project}${rest}`
      path = p('/sets.json')
      for (const name of ['Zoe', 'ann', 'Bob']) {
        users.set(await made('/users.json', { email: `${name}@example.org`, 'display-name': name }), name)
      }
      for (const name of ['z', 'A', 'ß']) {
        folders.set(await made(p('/folders.json'), { name, entity: 'testset' }), name)
        milestones.set(await made(p('/milestones.json'), { name, 'author-id': app.ownerId }), name)
      }
      for (const format of Object.keys(fields) as (keyof typeof fields)[]) {
        fields[format] = await made(p('/custom_fields.json'), {
          name: format,
          'field-format': format,
          entities: ['TestSet'],
        })
      }
      const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null })
      const random = fc.record({
        name: fc.constantFrom(...NAMES),
        'assigned-to-id': maybe([...users.keys()]),
        'author-id': fc.constantFrom(...users.keys()),
        'folder-id': maybe([...folders.keys()]),
        'milestone-id': maybe([...milestones.keys()]),
        priority: maybe([...NAMES, '']),
        version: maybe(['1.0', '1.10', '', 'v']),
        status: maybe(['Ready', 'ready', 'Draft']),
        'planned-execution': maybe(['2026-03-01T12:00:00Z', '2026-03-01T12:00:01Z', '1969-03-01T12:00:01Z']),
        [`---f-${fields.number}`]: maybe(['10', '9', '-3.5', '0']),
        [`---f-${fields.text}`]: maybe(NAMES),
        [`---f-${fields.multilist}`]: maybe([['x'], ['y', 'x'], ['a"b', 'z']]),
        [`---f-${fields.user}`]: maybe([...users.keys()].map(String)),
      })
      const kept = fc.record({
        run_status: fc.constantFrom(...RUN_STATUSES),
        last_run_at: maybe([1_000_000_000_000, 1_000_000_001_000, 1_700_000_000_000]),
        created_at: fc.constantFrom(1_000_000_000_000, 1_700_000_000_000),
        instances_count: fc.nat(3),
        updated_at: fc.constantFrom(1_000_000_000_000, 1_700_000_000_000),
        duration_estimate: fc.constantFrom(0, 59, 3600, 7200),
      })
      const cells = fc.sample(kept, { numRuns: 60, seed: 7 })
      for (const [index, { name, ...others }] of fc.sample(random, { numRuns: 60, seed: 7 }).entries()) {
        const sent = Object.entries(others).filter(([, value]) => value !== null)
        const [values, attributes] = [true, false].map((custom) =>
          Object.fromEntries(sent.filter(([key]) => key.startsWith('---f-') === custom)),
        )
        const id = await made(path, { name, ...attributes, 'custom-fields': values })
        await app.database.write(0, ({ db }) =>
          db
            .updateTable('sets')
            .set(cells[index] as object)
            .where('project_id', '=', project)
            .where('id', '=', id)
            .execute()
            .then(() => undefined),
        )
      }
      const { body } = await app.get(`${path}?duration=true&page[size]=100`)
      rows = body.data.map(({ id, attributes }: Json) => ({ id: Number(id), attributes }))
      expect(rows).toHaveLength(60)
    })

    const FOLDED = new Set(['name', 'description', 'status', 'version', 'priority'])
    const names = [...sortablesOf(setsList).keys()]
    const comparables = comparablesOf(sets)

    /** What a row has, as JavaScript compares it: null where it has none. */
    function keyOf({ attributes }: (typeof rows)[number], name: string): string | number | null {
      const custom = /^---f-(\d+)$/.exec(name)
      const value = custom ? (attributes['custom-fields'][name] ?? null) : attributes[name]
      if (value === null || value === '') return null
      if (custom) {
        const id = Number(custom[1])
        if (id === fields.number) return Number(value)
        if (id === fields.user) return fold(users.get(Number(value)) ?? '')
        return Array.isArray(value) ? JSON.stringify(value) : value
      }
      const { as, words = [] } = comparables.get(name) ?? { as: 'text' }
      if (as === 'user' || as === 'assignee') return fold(users.get(value) ?? '')
      if (as === 'folder') return fold(folders.get(value) ?? '')
      if (as === 'milestone') return fold(milestones.get(value) ?? '')
      if (as === 'word') return words.indexOf(value)
      if (as === 'timestamp') return Date.parse(value)
      return FOLDED.has(name) ? fold(value) : value
    }

    function compare(a: (typeof rows)[number], b: (typeof rows)[number], sort: readonly string[]): number {
      for (const member of sort) {
        const descending = /^-(?!--f-)/.test(member)
        const name = descending ? member.slice(1) : member
        const [x, y] = [keyOf(a, name), keyOf(b, name)]
        if (x === null && y === null) continue
        if (x === null || y === null) return x === null ? 1 : -1
        const difference = typeof x === 'string' ? compareTexts(x, String(y)) : x - Number(y)
        if (difference !== 0) return descending ? -difference : difference
      }
      return (a.id - b.id) * (/^-(?!--f-)/.test(sort.at(-1) as string) ? -1 : 1)
    }

    const sorts = () =>
      fc.uniqueArray(
        fc.tuple(
          fc.constantFrom(...names, ...Object.values(fields).map((id) => `---f-${id}`)),
          fc.constantFrom('', '-'),
        ),
        { minLength: 1, maxLength: 3, selector: ([name]) => name },
      )

    it("agrees with JavaScript's sort, page by page, each row once", async () => {
      await fc.assert(
        fc.asyncProperty(sorts(), fc.integer({ min: 9, max: 40 }), async (chosen, size) => {
          const sort = chosen.map(([name, sign]) => `${sign}${name}`)
          const expected = [...rows].sort((a, b) => compare(a, b, sort)).map(({ id }) => id)
          expect(await walk(`${path}?sort=${sort.join(',')}&page[size]=${size}`)).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    })

    it.each(names)('sorts by %s alone, both ways, and finds pages by number', async (name) => {
      for (const sort of [name, `-${name}`]) {
        const expected = [...rows].sort((a, b) => compare(a, b, [sort])).map(({ id }) => id)
        expect(await walk(`${path}?sort=${sort}&page[size]=23`)).toEqual(expected)
        for (const page of [2, 3]) {
          const { body } = await app.get(`${path}?sort=${sort}&page[size]=23&page[number]=${page}`)
          expect(body.data.map(({ id }: Json) => Number(id))).toEqual(expected.slice((page - 1) * 23, page * 23))
        }
      }
    })

    it('selects what a naive filter selects, in any order', async () => {
      const filtered = [...filterablesOf(setsList).keys()]
      const one = fc.constantFrom(...filtered, ...Object.values(fields).map((id) => `---f-${id}`))
      await fc.assert(
        fc.asyncProperty(
          one,
          fc.array(fc.nat(59), { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          sorts(),
          async (name, picked, orNull, chosen) => {
            const shown = ({ attributes }: (typeof rows)[number]) => {
              const value = name.startsWith('---f-') ? attributes['custom-fields'][name] : attributes[name]
              return value === null || value === undefined || value === '' ? null : value
            }
            const wanted = picked.flatMap((index) => shown(rows[index] as (typeof rows)[number]) ?? [])
            const texts = [...wanted.map((value) => encodeURIComponent(String(value))), ...(orNull ? ['NULL'] : [])]
            if (texts.length === 0) return
            const sort = chosen.map(([by, sign]) => `${sign}${by}`)
            const expected = rows
              .filter((row) => {
                const value = shown(row)
                if (value === null) return orNull
                return [value].flat().some((member) => wanted.some((each) => [each].flat().includes(member)))
              })
              .sort((a, b) => compare(a, b, sort))
              .map(({ id }) => id)
            expect(await walk(`${path}?${name}=${texts.join(',')}&sort=${sort.join(',')}&page[size]=30`)).toEqual(
              expected,
            )
          },
        ),
        { numRuns: 60 },
      )
    })
  })
})
