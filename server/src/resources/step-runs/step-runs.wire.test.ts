import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('PUT step_runs/:id.json', (get) => {
  let app: TestApp
  let stepRun: string
  beforeAll(async () => {
    app = get()
    const test = await app.post(app.p('/tests.json'), { data: { attributes: { name: 't', 'author-id': app.ownerId } } })
    const body = { data: { attributes: { name: 's' }, instances: { 'test-ids': [test.body.data.id] } } }
    const set = await app.post(app.p('/sets.json'), body)
    const [instance] = (await app.get(app.p(`/instances.json?set-ids=${set.body.data.id}`))).body.data
    const run = await app.post(app.p('/runs.json'), {
      data: { attributes: { 'instance-id': instance.id }, steps: [{ name: 'a' }] },
    })
    const steps = (await app.get(app.p(`/step_runs.json?run-ids=${run.body.data.id}`))).body.data
    stepRun = steps[0].id
  })
  const put = (attributes: Json) => app.put(app.p(`/step_runs/${stepRun}.json`), { data: { attributes } })
  const files = async (): Promise<[string, number][]> =>
    (await app.get(app.p(`/attachments.json?entity=step-run&entity-id=${stepRun}`))).body.data.map((file: Json) => [
      file.attributes.name,
      file.attributes.size,
    ])

  it('cuts texts that are too long and attaches them whole', async () => {
    const long = `${'ß'.repeat(1_048_577)}end`
    const answer = await put({ 'actual-results': long, description: 'short', status: 'FAILED' })
    expect(answer.status, answer.text.slice(0, 300)).toBe(200)
    expect(answer.body.data.attributes).toMatchObject({
      'actual-results': 'ß'.repeat(1_048_576),
      description: 'short',
      status: 'FAILED',
    })
    expect(await files()).toEqual([['actual-results.txt', 2 * 1_048_577 + 3]])
    const query = `entity=step-run&entity-id=${stepRun}`
    const [file] = (await app.get(app.p(`/attachments.json?${query}`))).body.data
    const download = await app.get(app.p(`/attachments/${file.id}`))
    const bytes = await app.get(new URL(download.headers.location as string).pathname, { token: null })
    expect(bytes.text).toBe(long)
    const before = (await app.get(app.p(`/step_runs/${stepRun}.json`))).body
    expect((await put({ 'actual-results': long })).body).toEqual(before)
    expect(await files()).toHaveLength(1)
    await put({ 'actual-results': `${long}!`, 'expected-results': long })
    expect((await files()).map(([name]) => name)).toEqual([
      'actual-results.txt',
      'expected-results.txt',
      'actual-results.txt',
    ])
    expect((await put({ 'actual-results': 'x'.repeat(1_048_576) })).status).toBe(200)
    expect(await files()).toHaveLength(3)
  })

  it('leaves a status that is sent as null, and sets NO RUN where it is blank', async () => {
    const path = app.p(`/step_runs/${stepRun}.json`)
    await put({ status: 'blocked' })
    const before = (await app.get(path)).body
    expect((await put({ status: null, 'actual-results': before.data.attributes['actual-results'] })).body).toEqual(
      before,
    )
    expect((await put({ status: '' })).body.data.attributes.status).toBe('NO RUN')
  })

  it('stores nothing when something else is wrong', async () => {
    const before = (await app.get(app.p(`/step_runs/${stepRun}.json`))).body
    const wrong = await put({ description: 'y'.repeat(1_048_577), status: 'GREEN', name: 'x'.repeat(65_536) })
    expect([wrong.status, titles(wrong)]).toEqual([
      422,
      [expect.stringContaining('Name is too long'), expect.stringContaining('Status must be one of')],
    ])
    expect((await app.get(app.p(`/step_runs/${stepRun}.json`))).body).toEqual(before)
    expect(await files()).toHaveLength(3)
    expect((await app.put(app.p('/step_runs/99999999.json'), { data: { attributes: {} } })).status).toBe(404)
  })
})
