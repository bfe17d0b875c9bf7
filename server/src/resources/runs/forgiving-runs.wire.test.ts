import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('results that clients spell in their own way', (get) => {
  let app: TestApp
  let set: Json
  let test: Json
  let instance: Json
  const make = async (path: string, data: object): Promise<Json> => {
    const answer = await app.post(app.p(path), { data })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  beforeAll(async () => {
    app = get()
    test = await make('/tests.json', { attributes: { name: 'forgiven', 'author-id': app.ownerId } })
    set = await make('/sets.json', { attributes: { name: 'forgiven' } })
    instance = await make('/instances.json', { attributes: { 'set-id': set.id, 'test-id': test.id } })
  })

  /** The same result by every way in. */
  const stored = async (attributes: Json): Promise<[string, Json][]> => {
    const at = { 'instance-id': instance.id, ...attributes }
    const auto = { 'set-id': set.id, 'test-id': test.id, ...attributes }
    return [
      ['attributes', await make('/runs.json', { attributes: at })],
      ['beside', await make('/runs.json', at)],
      ['bulk', (await make('/runs.json', [{ attributes: at }, { attributes: at }]))[1]],
      ['auto_create', await make('/runs/auto_create.json', { attributes: auto })],
    ]
  }
  const shows = async (attributes: Json, expected: Json) => {
    for (const [way, { attributes: shown }] of await stored(attributes)) {
      expect([way, { ...shown }]).toEqual([way, expect.objectContaining(expected)])
    }
  }

  it.each([
    [{ duration: 12.345 }, '00:00:12'],
    [{ duration: '00:01:30' }, '00:01:30'],
    [{ duration: 9, 'run-duration': 3 }, '00:00:03'],
    [{ duration: 9, 'run-duration': null }, '00:00:09'],
    [{ duration: 9, run_duration: 0 }, '00:00:00'],
  ])('takes %j as the duration', (sent, shown) => shows(sent, { 'run-duration': shown }))

  it.each([
    [{ notes: 'text' }, 'text'],
    [{ notes: 'a', 'automated-execution-output': 'b' }, 'b'],
    [{ notes: 'a', automation_execution_output: 'c' }, 'c'],
    [{ notes: 'a', 'automated-execution-output': '' }, ''],
  ])('takes %j as the output', (sent, shown) => shows(sent, { 'automated-execution-output': shown }))

  it('keeps the spelling of a number sent under another name', async () => {
    const body = `{"data":{"attributes":{"instance-id":${instance.id},"notes":2.50}}}`
    expect((await app.post(app.p('/runs.json'), body)).body.data.attributes['automated-execution-output']).toBe('2.50')
  })

  it.each(['N/A', 'soon', -1, 2 ** 31, '0:99:00', true, {}, ['1'], '', ' ', null])(
    'never loses a result for the duration %j',
    async (duration) => {
      await shows({ 'exit-code': 1, 'run-duration': duration }, { status: 'FAILED', 'run-duration': '00:00:00' })
      await shows({ 'exit-code': 1, duration }, { status: 'FAILED', 'run-duration': '00:00:00' })
    },
  )

  it('still says what is wrong with a duration where no result depends on it', async () => {
    const run = await make('/runs.json', { attributes: { 'instance-id': instance.id, duration: 5 } })
    const put = (attributes: object) => app.put(app.p(`/runs/${run.id}.json`), { data: { attributes } })
    const refused = await put({ 'run-duration': 'N/A' })
    expect([refused.status, refused.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/run-duration'])
    expect((await put({ duration: 7 })).body.data.attributes['run-duration']).toBe('00:00:07')
  })
})
