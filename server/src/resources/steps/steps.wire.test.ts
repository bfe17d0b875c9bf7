import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('steps', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const makeTest = async (name: string, steps: Json[] = []): Promise<number> => {
    const attributes = { name, 'author-id': app.ownerId }
    const answer = await app.post(app.p('/tests.json'), { data: { attributes, steps } })
    expect(answer.status, answer.text.slice(0, 300)).toBe(200)
    return Number(answer.body.data.id)
  }
  const post = (testId: number, attributes: Json, beside: Json = {}) =>
    app.post(app.p('/steps.json'), { data: { attributes: { 'test-id': testId, ...attributes }, ...beside } })
  const namesOf = async (testId: number): Promise<string[]> =>
    (await app.get(app.p(`/steps.json?test-ids=${testId}`))).body.data.map((step: Json) => step.attributes.name)

  it('have names of up to 65,535 characters, on every way in', async () => {
    const name = '😀'.repeat(65_535)
    const test = await makeTest('long names', [{ name }])
    const single = await post(test, { name })
    expect(single.status, single.text.slice(0, 300)).toBe(200)
    expect((await post(test, { steps: [{ name }] })).status).toBe(200)
    expect(await namesOf(test)).toEqual([name, name, name])
    const path = app.p(`/steps/${single.body.data.id}.json`)
    expect((await app.put(path, { data: { attributes: { name: `${name.slice(2)}x` } } })).status).toBe(200)
    for (const long of [
      await post(test, { name: `${name}x` }),
      await app.put(path, { data: { attributes: { name: `${name}x` } } }),
    ]) {
      expect([long.status, titles(long)]).toEqual([422, [expect.stringContaining('at most 65535')]])
    }
  })

  it('are taken beside attributes as well as inside them; those beside win', async () => {
    const test = await makeTest('beside')
    const beside = await post(
      test,
      { steps: [{ name: 'inside' }] },
      { steps: { data: [{ name: 'a' }, { name: 'b' }] } },
    )
    expect(beside.body.data.map((step: Json) => step.attributes.name)).toEqual(['a', 'b'])
    expect(await namesOf(test)).toEqual(['a', 'b'])
  })

  it('are at most 10,000 in a test, however they come', async () => {
    const test = await makeTest(
      'many',
      Array.from({ length: 9_999 }, (_, i) => ({ name: `${i}` })),
    )
    const over = await post(test, { steps: [{}, {}] })
    expect([over.status, titles(over), over.body.errors[0].source]).toEqual([
      422,
      ['A test has at most 10000 steps; this one has 9999'],
      { pointer: '/data/attributes/steps' },
    ])
    expect((await post(test, { name: 'last' })).status).toBe(200)
    expect((await post(test, { name: 'one more' })).status).toBe(422)
    expect((await app.get(app.p(`/tests/${test}.json`))).body.data.attributes['steps-count']).toBe(10_000)
  })

  it('keep numbers as they were written', async () => {
    const test = await makeTest('numbers')
    const text = `{"data":{"attributes":{"test-id":${test},"steps":[{"name":1.0,"attributes":{"description":2.50}}]}}}`
    const made = (await app.post(app.p('/steps.json'), text)).body.data[0]
    expect(made.attributes).toMatchObject({ name: '1.0', description: '2.50' })
    const path = app.p(`/steps/${made.id}.json`)
    const put = await app.put(path, '{"data":{"attributes":{"name":10e2,"expected-results":12345678901234567890}}}')
    expect(put.body.data.attributes).toMatchObject({ name: '10e2', 'expected-results': '12345678901234567890' })
  })

  it('that call a test bear its present name', async () => {
    const called = await makeTest('called')
    const caller = await makeTest('caller', [{ kind: 'CallToTest', 'test-to-call-id': called }])
    const { 'display-id': number } = (await app.get(app.p(`/tests/${called}.json`))).body.data.attributes
    expect(await namesOf(caller)).toEqual([`Call To Test #${number}: called`])
    const name = 'r'.repeat(1000)
    await app.put(app.p(`/tests/${called}.json`), { data: { attributes: { name } } })
    expect(await namesOf(caller)).toEqual([`Call To Test #${number}: ${name}`])
    const found = await app.get(app.p(`/steps.json?test-ids=${caller}&name_like=RRR`))
    expect(found.body.data).toHaveLength(1)
    await app.del(app.p(`/tests/${called}.json`))
    expect(await namesOf(caller)).toEqual([`Call To Test #${number}: ${name}`])
  })
})
