import { beforeAll, describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('runs that exist', (get) => {
  let app: TestApp
  let set: number
  let instance: number
  let test: number
  beforeAll(() => {
    app = get()
  })

  const make = async (path: string, data: object): Promise<Json> => (await app.post(app.p(path), { data })).body.data
  const shown = async (path: string): Promise<Json> => (await app.get(app.p(path))).body.data.attributes
  const statuses = async () => [
    (await shown(`/instances/${instance}.json`))['run-status'],
    (await shown(`/sets/${set}.json`))['run-status'],
    (await shown(`/tests/${test}.json`))['run-status'],
  ]
  const fresh = async () => {
    test = Number((await make('/tests.json', { attributes: { name: 't', 'author-id': app.ownerId } })).id)
    set = Number((await make('/sets.json', { attributes: { name: 's' }, instances: { 'test-ids': [test] } })).id)
    instance = Number((await app.get(app.p(`/instances.json?set-ids=${set}`))).body.data[0].id)
  }
  const upload = (more: object, side: object = {}) =>
    make('/runs.json', { attributes: { 'instance-id': instance, ...more }, ...side })
  const change = (path: string, attributes: object, options = {}) =>
    app.put(app.p(path), { data: { attributes } }, options)

  describe('PUT runs/:id', () => {
    it('changes duration, version and custom fields, and carries the duration up', async () => {
      await fresh()
      const run = await upload({ 'exit-code': 0, 'run-duration': 5 })
      const answer = await change(`/runs/${run.id}.json`, {
        'run-duration': 65,
        version: 2.0,
        status: 'FAILED',
        'run-date': '2020-01-01',
      })
      expect(answer.body.data.attributes).toMatchObject({
        'run-duration': '00:01:05',
        version: '2',
        status: 'PASSED',
        'run-date': run.attributes['run-date'],
      })
      expect((await shown(`/instances/${instance}.json`))['last-run-duration']).toBe('00:01:05')
      expect((await shown(`/sets/${set}.json?duration=true`))['actual-duration']).toBe('00:01:05')
      expect((await change(`/runs/${run.id}.json`, { 'run-duration': 'soon' })).status).toBe(422)
      expect((await change('/runs/999999999.json', {})).status).toBe(404)
    })

    it('lets a manual run move in time, so that another becomes the latest', async () => {
      await fresh()
      const manual = { 'run-type': 'ManualRun', 'tester-id': app.ownerId }
      const first = await upload({ ...manual, 'exit-code': 1, 'run-date': '2026-01-02' })
      await upload({ ...manual, 'exit-code': 0, 'run-date': '2026-01-01' })
      expect(await statuses()).toEqual(['FAILED', 'FAILED', 'FAILED'])
      await change(`/runs/${first.id}.json`, { 'run-date': '2025-12-31' })
      expect(await statuses()).toEqual(['PASSED', 'PASSED', 'PASSED'])
      expect((await change(`/runs/${first.id}.json`, { 'tester-id': 999999999 })).status).toBe(422)
    })
  })

  describe('DELETE runs/:id', () => {
    it('takes its step-runs and files along, and the run before it decides again', async () => {
      await fresh()
      await upload({ 'exit-code': 0 })
      const files = { data: [{ filename: 'a.txt', content_encoded: 'YQ==' }] }
      const last = await upload({}, { steps: [{ name: 'one', status: 'FAILED', files }], files })
      const [step] = (await app.get(app.p(`/step_runs.json?run-ids=${last.id}`))).body.data
      expect(await statuses()).toEqual(['FAILED', 'FAILED', 'FAILED'])
      const count = async (path: string) => (await app.get(app.p(path))).body.meta['total-count']
      const before = [await count('/runs.json'), await count('/step_runs.json')] as [number, number]
      expect((await app.del(app.p(`/runs/${last.id}.json`))).body).toEqual({ data: { id: last.id, type: 'runs' } })
      expect(await statuses()).toEqual(['PASSED', 'PASSED', 'PASSED'])
      expect((await app.get(app.p(`/step_runs/${step.id}.json`))).status).toBe(404)
      expect([await count('/runs.json'), await count('/step_runs.json')]).toEqual([before[0] - 1, before[1] - 1])
      const left = await app.database.read.db
        .selectFrom('attachments')
        .select('id')
        .where('project_id', '=', app.projectId)
        .where('entity_id', 'in', [Number(last.id), Number(step.id)])
        .execute()
      expect(left).toEqual([])
    })
  })

  describe('PUT step_runs/:id', () => {
    it('lets the steps decide from the first status on, whatever the exit code was', async () => {
      await fresh()
      await app.post(app.p('/steps.json'), {
        data: { attributes: { 'test-id': test, steps: [{ name: 'one' }, { name: 'two' }] } },
      })
      const run = await upload({ 'run-type': 'ManualRun', 'tester-id': app.ownerId, 'exit-code': 0 })
      expect(run.attributes.status).toBe('PASSED')
      const [one, two] = (await app.get(app.p(`/step_runs.json?run-ids=${run.id}`))).body.data
      await change(`/step_runs/${one.id}.json`, { 'actual-results': 'opened' })
      expect((await shown(`/runs/${run.id}.json`)).status).toBe('PASSED')
      const answer = await change(`/step_runs/${one.id}.json`, { status: 'passed' })
      expect(answer.body.data.attributes).toMatchObject({ status: 'PASSED', 'actual-results': 'opened' })
      expect((await shown(`/runs/${run.id}.json`)).status).toBe('NOT COMPLETED')
      await change(`/step_runs/${two.id}.json`, { status: 'FAILED', name: 'pay' })
      expect(await statuses()).toEqual(['FAILED', 'FAILED', 'FAILED'])
      expect((await app.get(app.p(`/step_runs.json?name_exact=pay&run-ids=${run.id}`))).body.data).toHaveLength(1)
      expect((await change(`/step_runs/${two.id}.json`, { status: 'broken' })).status).toBe(422)
      expect((await change(`/step_runs/${two.id}.json`, { name: ' ' })).status).toBe(422)
      await change(`/step_runs/${two.id}.json`, { status: 'n/a' })
      expect(await statuses()).toEqual(['PASSED', 'PASSED', 'PASSED'])
    })
  })

  it('ask for the permissions of the contract', async () => {
    await fresh()
    const run = await upload({}, { steps: [{ name: 'one' }] })
    const [step] = (await app.get(app.p(`/step_runs.json?run-ids=${run.id}`))).body.data
    const { token } = await app.person('developer@example.org', 'Developers')
    expect((await app.get(app.p(`/step_runs/${step.id}.json`), { token })).status).toBe(200)
    expect((await change(`/step_runs/${step.id}.json`, { status: 'PASSED' }, { token })).status).toBe(403)
    expect((await change(`/runs/${run.id}.json`, { version: '1' }, { token })).status).toBe(403)
    expect((await app.del(app.p(`/runs/${run.id}.json`), { token })).status).toBe(403)
  })
})
