import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

/** The documented sample (contract §4.9). */
const SAMPLE =
  'Scenario Outline: eating\n  Given there are <start> cucumbers\n  Examples: \n    | Start | eat |\n\r    | 12 | 5 |\n\r' +
  '    | 20 | 5 |\n\r'
const ROWS = [
  { start: '12', eat: '5' },
  { start: '20', eat: '5' },
]

const outline = (...cells: string[]) =>
  `Scenario Outline: x\nGiven <a>\nExamples:\n| a |\n${cells.map((cell) => `| ${cell} |\n`).join('')}`

onEveryDatabase('example rows', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const makeTest = async (scenario: string, type = 'BDDTest'): Promise<number> => {
    const attributes = { name: 'bdd', 'test-type': type, scenario, 'author-id': app.ownerId }
    const answer = await app.post(app.p('/tests.json'), { data: { attributes } })
    expect(answer.body.data.attributes.scenario).toBe(scenario)
    return Number(answer.body.data.id)
  }
  const makeSet = async (testIds: number[] = []): Promise<number> => {
    const answer = await app.post(app.p('/sets.json'), {
      data: { attributes: { name: 's' }, instances: { 'test-ids': testIds } },
    })
    expect(answer.status, answer.text).toBe(200)
    return Number(answer.body.data.id)
  }
  const instancesOf = async (setId: number): Promise<Json[]> =>
    (await app.get(app.p(`/instances.json?set-ids=${setId}`))).body.data
  const parametersOf = async (setId: number): Promise<Json[]> =>
    (await instancesOf(setId)).map((instance) => instance.attributes.parameters)
  const add = (setId: number, testId: number, attributes: Json = {}) =>
    app.post(app.p('/instances.json'), { data: { attributes: { 'set-id': setId, 'test-id': testId, ...attributes } } })

  describe('POST sets.json', () => {
    it('makes an instance of an outline per row, of every other test one, in input order', async () => {
      const tests = [
        await makeTest(SAMPLE),
        await makeTest('Scenario: plain\nGiven a'),
        await makeTest('Scenario Outline: x\nGiven <a>\nExamples:\n| a |'),
        await makeTest('no Gherkin at all'),
        await makeTest(SAMPLE, 'ApiTest'),
      ]
      const order = [tests[1], tests[0], tests[2], tests[3], tests[4], tests[0]] as number[]
      const setId = await makeSet(order)
      const made = (await instancesOf(setId)).map(({ attributes }) => [
        attributes['test-id'],
        attributes.parameters,
        attributes['bdd-parameters'],
      ])
      expect(made).toEqual([
        [tests[1], {}, {}],
        [tests[0], ROWS[0], ROWS[0]],
        [tests[0], ROWS[1], ROWS[1]],
        [tests[2], {}, {}],
        [tests[3], {}, {}],
        [tests[4], {}, {}],
      ])
      const set = (await app.get(app.p(`/sets/${setId}.json`))).body.data.attributes
      expect(set).toMatchObject({ 'instances-count': 6, 'run-status': 'NO RUN' })
    })

    it('counts instances after rows are counted, and makes none when they are too many', async () => {
      const rows = Array.from({ length: 10_001 }, (_, i) => `${i}`)
      const [one, two] = [await makeTest(outline(...rows)), await makeTest(outline(...rows))]
      const before = (await app.get(app.p('/sets.json'))).body.meta['total-count']
      const body = { data: { attributes: { name: 'many' }, instances: { 'test-ids': [one, two] } } }
      const answer = await app.post(app.p('/sets.json'), body)
      expect([answer.status, titles(answer)[0]]).toEqual([422, expect.stringContaining('20000')])
      expect(answer.body.errors[0].source).toEqual({ pointer: '/data/instances/test-ids' })
      expect((await app.get(app.p('/sets.json'))).body.meta['total-count']).toBe(before)
      const wide = await makeTest(`Examples:\n|${'a'.repeat(10_000)}|b|\n${'|1|2|\n'.repeat(2000)}`)
      const heavy = await app.post(app.p('/sets.json'), {
        data: { attributes: { name: 'wide' }, instances: { 'test-ids': [wide, wide] } },
      })
      expect([heavy.status, titles(heavy)[0]]).toEqual([422, expect.stringContaining('16777216')])
      const repeated = Array.from({ length: 20_001 }, () => two)
      const collapsed = await app.post(app.p('/sets.json'), {
        data: { attributes: { name: 'one', 'test-ids': repeated } },
      })
      expect(collapsed.body.data.attributes['instances-count']).toBe(10_001)
    })
  })

  describe('POST instances.json without parameters', () => {
    it('takes the first row that is free, and the first of all when none is', async () => {
      const testId = await makeTest(outline('1', '2', '3'))
      const setId = await makeSet()
      await add(setId, testId, { parameters: { A: 2 } })
      const made = []
      for (let i = 0; i < 3; i++) made.push((await add(setId, testId)).body.data.attributes.parameters)
      expect(made).toEqual([{ a: '1' }, { a: '3' }, { a: '1' }])
      expect((await add(await makeSet(), testId)).body.data.attributes.parameters).toEqual({ a: '1' })
    })

    it('gives rows that are alike once each, in any order of keys', async () => {
      const table = 'Scenario Outline:\nExamples:\n| a | b |\n| 1 | 2 |\n| 1 | 2 |\n| 3 | 4 |\n'
      const testId = await makeTest(table)
      const setId = await makeSet()
      await add(setId, testId, { parameters: { b: '2', a: '1' } })
      await add(setId, testId)
      await add(setId, testId)
      expect(await parametersOf(setId)).toEqual([
        { b: '2', a: '1' },
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ])
    })

    it('takes null, {} and [] as the explicit wish for none', async () => {
      const testId = await makeTest(SAMPLE)
      const setId = await makeSet()
      for (const key of ['parameters', 'bdd-parameters', 'BDD_parameters']) {
        for (const value of [null, {}, []]) {
          const { attributes } = (await add(setId, testId, { [key]: value })).body.data
          expect([attributes.parameters, attributes['bdd-parameters']]).toEqual([{}, {}])
        }
      }
      expect((await add(setId, testId)).body.data.attributes.parameters).toEqual(ROWS[0])
    })

    it('gives successive rows to the elements of one request, each set its own', async () => {
      const testId = await makeTest(outline('1', '2', '3', '4'))
      const plain = await makeTest('Scenario: x')
      const [one, two] = [await makeSet(), await makeSet()]
      await add(one, testId, { parameters: { a: '1' } })
      const data = [
        { 'set-id': one, 'test-id': testId },
        { 'set-id': two, 'test-id': testId },
        { 'set-id': one, 'test-id': testId, parameters: { a: '3' } },
        { 'set-id': one, 'test-id': plain },
        { 'set-id': one, 'test-id': testId },
        { 'set-id': two, 'test-id': testId },
        { 'set-id': one, 'test-id': testId },
      ].map((attributes) => ({ attributes }))
      const answer = await app.post(app.p('/instances.json'), { data })
      expect(answer.body.data.map((instance: Json) => instance.attributes.parameters)).toEqual([
        { a: '2' },
        { a: '1' },
        { a: '3' },
        {},
        { a: '4' },
        { a: '2' },
        { a: '1' },
      ])
    })

    it('gives every row once when many ask at once', async () => {
      const testId = await makeTest(outline('1', '2', '3', '4', '5', '6', '7', '8'))
      const setId = await makeSet()
      await Promise.all(Array.from({ length: 8 }, () => add(setId, testId)))
      const cells = (await parametersOf(setId)).map((parameters) => Number(parameters.a))
      expect(cells.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    })

    it('is what auto_create does when it makes an instance, also of a test it makes', async () => {
      const testId = await makeTest(outline('1', '2'))
      const setId = await makeSet()
      const create = (attributes: Json, rest: Json = {}) =>
        app.post(app.p('/runs/auto_create.json'), { data: { attributes: { 'set-id': setId, ...attributes }, ...rest } })
      await create({ 'test-id': testId })
      await create({ 'test-id': testId })
      expect(await parametersOf(setId)).toEqual([{ a: '1' }])
      const made = { name: 'made with a scenario', 'test-type': 'bddtest', scenario: outline('7') }
      await create({}, { 'test-attributes': made })
      expect(await parametersOf(setId)).toEqual([{ a: '1' }, { a: '7' }])
    })
  })

  describe('parameters', () => {
    it('are texts under lower-cased keys, whatever they were sent as', async () => {
      const testId = await makeTest('Scenario: x')
      const setId = await makeSet()
      const body = `{"data":{"attributes":{"set-id":${setId},"test-id":${testId},"parameters":
        {"A_b":2.0,"Ä-C":true,"d/e":7,"n":null,"big":12345678901234567890,"__proto__":"p"}}}}`
      const { attributes } = (await app.post(app.p('/instances.json'), body)).body.data
      expect(Object.entries(attributes.parameters)).toEqual([
        ['a_b', '2.0'],
        ['ä-c', 'true'],
        ['d/e', '7'],
        ['n', ''],
        ['big', '12345678901234567890'],
        ['__proto__', 'p'],
      ])
      const list = (await add(setId, testId, { parameters: ['chrome', 2] })).body.data.attributes
      expect(list.parameters).toEqual({ '1': 'chrome', '2': '2' })
      for (const parameters of ['a', 1, { a: {} }, [[]]]) {
        const wrong = await add(setId, testId, { parameters })
        expect([wrong.status, wrong.body.errors[0].source]).toEqual([422, { pointer: '/data/attributes/parameters' }])
      }
      expect((await add(setId, testId, { 'bdd-parameters': 'a' })).body.errors[0].source.pointer).toBe(
        '/data/attributes/bdd-parameters',
      )
    })

    it('may be called bdd-parameters on BDD tests only', async () => {
      const [bdd, scripted] = [await makeTest(SAMPLE), await makeTest(SAMPLE, 'ScriptedTest')]
      const setId = await makeSet()
      const sent = { 'bdd-parameters': { A: 1 } }
      expect((await add(setId, bdd, sent)).body.data.attributes).toMatchObject({
        parameters: { a: '1' },
        'bdd-parameters': { a: '1' },
      })
      expect((await add(setId, scripted, sent)).body.data.attributes).toMatchObject({
        parameters: {},
        'bdd-parameters': {},
      })
      expect((await add(setId, scripted, { 'bdd-parameters': 'no object' })).status).toBe(200)
    })

    it('sent under both names: parameters wins, unless only the other says anything new', async () => {
      const testId = await makeTest(SAMPLE)
      const setId = await makeSet()
      const both = (parameters: Json, bdd: Json) => ({ parameters, 'bdd-parameters': bdd })
      const made = await add(setId, testId, both({ a: 1 }, { a: 2 }))
      expect(made.body.data.attributes.parameters).toEqual({ a: '1' })
      expect((await add(setId, testId, both(null, { a: 2 }))).body.data.attributes.parameters).toEqual({ a: '2' })
      expect((await add(setId, testId, both({ a: 1 }, null))).body.data.attributes.parameters).toEqual({ a: '1' })
      const put = async (attributes: Json) =>
        (await app.put(app.p(`/instances/${made.body.data.id}.json`), { data: { attributes } })).body.data.attributes
      expect((await put(both({ a: 1 }, { a: 3 }))).parameters).toEqual({ a: '3' })
      expect((await put(both({ a: 4 }, { a: 3 }))).parameters).toEqual({ a: '4' })
      expect((await put(both({ a: 5 }, { a: 6 })))['bdd-parameters']).toEqual({ a: '5' })
      expect((await put({ 'bdd-parameters': { b: 1, a: 1 } })).parameters).toEqual({ b: '1', a: '1' })
      const unchanged = await put({ parameters: { a: 1, b: 1 } })
      expect(unchanged.parameters).toEqual({ b: '1', a: '1' })
      expect((await put({ parameters: null, 'bdd-parameters': { b: 1, a: 1 } })).parameters).toEqual({})
      expect((await put({ version: '1' })).parameters).toEqual({})
    })

    it('stay when the scenario is edited or the type changes, which bdd-parameters follows', async () => {
      const testId = await makeTest(SAMPLE)
      const setId = await makeSet([testId])
      const put = (attributes: Json) => app.put(app.p(`/tests/${testId}.json`), { data: { attributes } })
      await put({ scenario: outline('other') })
      expect(await parametersOf(setId)).toEqual(ROWS)
      const shown = async () => (await instancesOf(setId)).map(({ attributes }) => attributes['bdd-parameters'])
      await put({ 'test-type': 'ApiTest' })
      expect(await shown()).toEqual([{}, {}])
      expect(await parametersOf(setId)).toEqual(ROWS)
      await put({ 'test-type': 'BDDTest' })
      expect(await shown()).toEqual(ROWS)
      expect((await add(setId, testId)).body.data.attributes.parameters).toEqual({ a: 'other' })
    })
  })
})
