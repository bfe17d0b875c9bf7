import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('manual runs without steps', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const makeTest = async (attributes: Json = {}, steps: Json[] = []): Promise<number> => {
    const sent = { name: 't', 'author-id': app.ownerId, ...attributes }
    const answer = await app.post(app.p('/tests.json'), { data: { attributes: sent, steps } })
    expect(answer.status, answer.text).toBe(200)
    return Number(answer.body.data.id)
  }
  const call = (id: number) => ({ kind: 'CallToTest', 'test-to-call-id': id })
  const makeInstance = async (testId: number, parameters?: Json): Promise<number> => {
    const set = await app.post(app.p('/sets.json'), { data: { attributes: { name: 's' } } })
    const sent = { 'set-id': set.body.data.id, 'test-id': testId, ...(parameters ? { parameters } : {}) }
    return Number((await app.post(app.p('/instances.json'), { data: { attributes: sent } })).body.data.id)
  }
  const run = (instanceId: number, attributes: Json = {}) =>
    app.post(app.p('/runs.json'), {
      data: {
        attributes: { 'instance-id': instanceId, 'run-type': 'ManualRun', 'tester-id': app.ownerId, ...attributes },
      },
    })
  const stepsOf = async (answer: Json): Promise<Json[]> => {
    expect(answer.status, answer.text).toBe(200)
    const list = await app.get(app.p(`/step_runs.json?run-ids=${answer.body.data.id}`))
    return list.body.data.map(({ attributes }: Json) => attributes)
  }
  const countRuns = async () => (await app.get(app.p('/runs.json?page[size]=1'))).body.meta['total-count']

  describe('of a BDD test', () => {
    it('have one step-run per Gherkin step, its placeholders filled from the instance', async () => {
      const scenario =
        'Feature: f\n  Background:\n    Given a shop\n\n  Scenario Outline: buy\n\r    When I buy <Thing> for <PRICE>\n' +
        '      | <thing> |\n    And keep <other> and <<thing>>\n    Examples: \n    | thing | price |\n    | a <price> | 1 |\n' +
        '  Scenario: look\n    * look'
      const instanceId = await makeInstance(await makeTest({ 'test-type': 'BDDTest', scenario }))
      const answer = await run(instanceId)
      expect(answer.body.data.attributes.status).toBe('NO RUN')
      expect(await stepsOf(answer)).toEqual(
        [
          ['Given', 'Given a shop'],
          ['When', 'When I buy a <price> for 1'],
          ['And', 'And keep <other> and <a <price>>'],
          ['*', '* look'],
        ].map(([name, description], index) => ({
          'project-id': app.projectId,
          'run-id': Number(answer.body.data.id),
          name,
          description,
          'expected-results': null,
          'actual-results': null,
          status: 'NO RUN',
          position: index + 1,
          'created-at': expect.any(String),
          'updated-at': expect.any(String),
        })),
      )
      expect((await run(instanceId, { 'exit-code': 0 })).body.data.attributes.status).toBe('PASSED')
      // An automated run without steps has none, and steps that are sent are kept as they are.
      expect(await stepsOf(await run(instanceId, { 'run-type': 'AutomatedRun' }))).toEqual([])
      expect(await stepsOf(await run(instanceId, { steps: [{ name: '<thing>' }] }))).toMatchObject([
        { name: '<thing>' },
      ])
      expect(await stepsOf(await run(await makeInstance(await makeTest({ 'test-type': 'BDDTest' }))))).toEqual([])
    })

    it('fill placeholders nowhere else', async () => {
      const bdd = await makeTest({ 'test-type': 'BDDTest', scenario: 'Given <a>' })
      const testId = await makeTest({}, [{ name: '<a>', description: '<a>' }, call(bdd)])
      const steps = await stepsOf(await run(await makeInstance(testId, { a: 'x' })))
      expect(steps.map(({ name, description }) => [name, description])).toEqual([
        ['<a>', '<a>'],
        ['Given', 'Given x'],
      ])
    })

    it('attach whole what is too long for a description', async () => {
      const scenario = 'Given <a>\nWhen <a>\nThen short'
      const testId = await makeTest({ 'test-type': 'BDDTest', scenario })
      const value = 'ü'.repeat(1_200_000)
      const setAndRun = await run(await makeInstance(testId, { a: value }))
      const steps = await stepsOf(setAndRun)
      expect(steps.map((step) => step.description.length)).toEqual([1_048_576, 1_048_576, 10])
      const ids = (await app.get(app.p(`/step_runs.json?run-ids=${setAndRun.body.data.id}`))).body.data
      const files = []
      for (const { id } of ids) {
        files.push((await app.get(app.p(`/attachments.json?entity=step-run&entity-id=${id}`))).body.data)
      }
      expect(files.map((list: Json[]) => list.map(({ attributes }) => [attributes.name, attributes.size]))).toEqual([
        [['description.txt', 'Given '.length + 2_400_000]],
        [['description.txt', 'When '.length + 2_400_000]],
        [],
      ])
    })

    it('are refused, and nothing is stored, when they would be too many or too long', async () => {
      const many = await makeTest({ 'test-type': 'BDDTest', scenario: '* a\n'.repeat(10_001) })
      const most = await makeTest({ 'test-type': 'BDDTest', scenario: '* a\n'.repeat(10_000) })
      const long = await makeTest({ 'test-type': 'BDDTest', scenario: '* <a><a><a><a>\n'.repeat(43) })
      const before = await countRuns()
      const tooMany = await run(await makeInstance(many))
      expect([tooMany.status, titles(tooMany)[0]]).toEqual([422, expect.stringContaining('10000')])
      expect(tooMany.body.errors[0].source.pointer).toBe('/data/attributes/instance-id')
      const tooLong = await run(await makeInstance(long, { a: 'x'.repeat(100_000) }))
      expect([tooLong.status, titles(tooLong)[0]]).toEqual([422, expect.stringContaining('16777216')])
      expect(await countRuns()).toBe(before)
      expect((await run(await makeInstance(most))).status).toBe(200)
      expect((await run(await makeInstance(long, { a: 'x'.repeat(90_000) }))).status).toBe(200)
    })

    it('have at most 100,000 step-runs in one request', async () => {
      const testId = await makeTest({ 'test-type': 'BDDTest', scenario: '* a\n'.repeat(9000) })
      const instanceId = await makeInstance(testId)
      const attributes = { 'instance-id': instanceId, 'run-type': 'ManualRun', 'tester-id': app.ownerId }
      const before = await countRuns()
      const answer = await app.post(app.p('/runs.json'), { data: Array.from({ length: 12 }, () => ({ attributes })) })
      expect([answer.status, titles(answer)[0]]).toEqual([422, expect.stringContaining('100000')])
      expect(await countRuns()).toBe(before)
    })
  })

  describe('of a test that calls others', () => {
    it('have the steps of the called tests in place of the calls', async () => {
      const inner = await makeTest({}, [{ name: 'inner', 'expected-results': 'e' }])
      const empty = await makeTest()
      const middle = await makeTest({}, [call(inner), call(empty), { name: 'middle', description: 'd' }, call(inner)])
      const gone = await makeTest({ name: 'gone' })
      const outer = await makeTest({}, [{ name: 'outer' }, call(middle), call(gone)])
      await app.del(app.p(`/tests/${gone}.json`))
      const steps = await stepsOf(await run(await makeInstance(outer)))
      expect(steps.map(({ name, description, 'expected-results': expected }) => [name, description, expected])).toEqual(
        [
          ['outer', '', ''],
          ['inner', '', 'e'],
          ['middle', 'd', ''],
          ['inner', '', 'e'],
          [expect.stringMatching(/^Call To Test #\d+: gone$/), '', ''],
        ],
      )
    })

    it('have none of the steps that a called BDD test hides', async () => {
      const called = await makeTest({ scenario: 'Then shown' }, [{ name: 'hidden' }])
      const caller = await makeTest({}, [call(called)])
      await app.put(app.p(`/tests/${called}.json`), { data: { attributes: { 'test-type': 'BDDTest' } } })
      const steps = await stepsOf(await run(await makeInstance(caller)))
      expect(steps.map(({ name }) => name)).toEqual(['Then'])
    })

    it('are counted before they are made, however often calls multiply', async () => {
      const grow = async (bottom: number) => {
        let id = bottom
        for (let level = 0; level < 60; level++) id = await makeTest({}, [call(id), call(id)])
        return id
      }
      const before = await countRuns()
      const answer = await run(await makeInstance(await grow(await makeTest({}, [{ name: 'one' }]))))
      expect([answer.status, titles(answer)[0]]).toEqual([422, expect.stringContaining('10000')])
      expect(await countRuns()).toBe(before)
      expect(await stepsOf(await run(await makeInstance(await grow(await makeTest()))))).toEqual([])
      const text = 'x'.repeat(1_000_000)
      const long = await makeTest({}, [{ name: 'one', description: text }])
      const heavy = await run(
        await makeInstance(
          await makeTest(
            {},
            Array.from({ length: 17 }, () => call(long)),
          ),
        ),
      )
      expect([heavy.status, titles(heavy)[0]]).toEqual([422, expect.stringContaining('16777216')])
    })

    it('follow 100 calls down, and keep a call that lies deeper', async () => {
      const chain: number[] = []
      for (let i = 0; i < 103; i++) chain.push(await makeTest({ name: `level ${i}` }, [{ name: `step ${i}` }]))
      // From the top down: each link alone leads nowhere yet.
      for (let i = 0; i + 1 < chain.length; i++) {
        const attributes = { 'test-id': chain[i], ...call(chain[i + 1] as number) }
        expect((await app.post(app.p('/steps.json'), { data: { attributes } })).status).toBe(200)
      }
      const answer = await run(await makeInstance(chain[0] as number))
      const list = await app.get(app.p(`/step_runs.json?run-ids=${answer.body.data.id}&page[number]=2`))
      expect(list.body.data.map(({ attributes }: Json) => attributes.name)).toEqual([
        'step 100',
        expect.stringContaining('level 101'),
      ])
    })
  })
})
