import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

onEveryDatabase('POST /api/v1/automated_tests/upload_test_result.json', (get) => {
  const PATH = '/api/v1/automated_tests/upload_test_result.json'
  let app: TestApp
  let instance: number
  beforeAll(async () => {
    app = get()
    const attributes = { name: 't', 'author-id': app.ownerId }
    const test = (await app.post(app.p('/tests.json'), { data: { attributes } })).body.data.id
    const body = { data: { attributes: { name: 's' }, instances: { 'test-ids': [test] } } }
    const set = (await app.post(app.p('/sets.json'), body)).body.data.id
    instance = Number((await app.get(app.p(`/instances.json?set-ids=${set}`))).body.data[0].id)
  })

  const multipart = (text: string) =>
    app.post(`${PATH}?instance_id=${instance}&exit_code=1`, Buffer.from(text), {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
  const part = (head: string, body: string) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
  const filesOf = async (run: Json): Promise<[string, number][]> =>
    (await app.get(app.p(`/attachments.json?entity=run&entity-id=${run.id}`))).body.data.map((file: Json) => [
      file.attributes.name,
      file.attributes.size,
    ])

  it('takes what did arrive of a multipart body that ends inside a part', async () => {
    const whole = part('name="result"', 'all of it') + part('name="result_files[0]"; filename="whole.log"', 'abc')
    for (const [rest, files] of [
      ['--x\r\nContent-Disposition: form-data; name="result_files[1]"; filename="b.log"\r\n\r\nab', 2],
      ['--x\r\nContent-Disposition: form-data; name="result_fi', 1],
      ['--x', 1],
      ['', 1],
    ] as const) {
      const answer = await multipart(whole + rest)
      expect([rest, answer.status]).toEqual([rest, 200])
      expect(answer.body.data.attributes).toMatchObject({ status: 'FAILED', 'automated-execution-output': 'all of it' })
      expect(await filesOf(answer.body.data)).toHaveLength(files)
    }
  })

  it('attaches every part called result_files…, by its file name or the text in brackets', async () => {
    const answer = await multipart(
      `${part('name="result_files[plain.log]"', 'abc')}${part('name="Result-Files[x/octet.bin]"', 'ab')}${part(
        'name="result_files"; filename="C:\\\\tmp\\\\named.log"',
        'a',
      )}${part('name="other"; filename="not.log"', 'abcd')}--x--\r\n`,
    )
    expect(await filesOf(answer.body.data)).toEqual([
      ['plain.log', 3],
      ['octet.bin', 2],
      ['named.log', 1],
    ])
  })

  it('keeps large files whole, in their order, also of a body that ends inside one', async () => {
    const large = 'z\r\n--y'.repeat(100_000)
    const body =
      part('name="result_files[a.log]"', large) +
      part('name="result"', 'seen') +
      part('name="result_files[b.log]"', 'b') +
      part('name="other"; filename="c.log"', large) +
      part('name="result_files[d.log]"', `${large}d`)
    for (const [end, sizes] of [
      ['--x--\r\n', [large.length, 1, large.length + 1]],
      [
        '--x\r\nContent-Disposition: form-data; name="result_files[e.log]"\r\n\r\nab',
        [large.length, 1, large.length + 1, 2],
      ],
    ] as const) {
      const answer = await multipart(body + end)
      expect(answer.body.data.attributes['automated-execution-output']).toBe('seen')
      expect((await filesOf(answer.body.data)).map(([, size]) => size)).toEqual(sizes)
    }
    const files = (await app.get(app.p('/runs.json?page[size]=1'))).body.data
    const { body: list } = await app.get(app.p(`/attachments.json?entity=run&entity-id=${files[0].id}`))
    const link = (await app.get(app.p(`/attachments/${list.data[2].id}`))).headers.location as string
    expect((await app.raw(new URL(link).pathname)).toString()).toBe(`${large}d`)
  })

  it('refuses a file above the limit', async () => {
    const answer = await multipart(`${part('name="result_files[a.log]"', 'a'.repeat(3 * 1024 * 1024 + 1))}--x--\r\n`)
    expect([answer.status, answer.body.error]).toEqual([422, 'The file a.log is too large: at most 3 MiB are accepted'])
  })

  it('keeps a result of any length whole, and replaces NUL in it', async () => {
    const text = `${'y'.repeat(1_500_000)}\0é`
    const { body } = await multipart(`${part('name="result"', text)}--x--\r\n`)
    expect(body.data.attributes['automated-execution-output']).toHaveLength(65_535)
    expect(await filesOf(body.data)).toEqual([['automated-execution-output.txt', 1_500_000 + 3 + 2]])
  })

  it('reads a form in UTF-8, and in ISO-8859-1 where it is not that', async () => {
    for (const bytes of [Buffer.from('result=café+1'), Buffer.from('result=café+1', 'latin1')]) {
      const answer = await app.post(`${PATH}?instance_id=${instance}`, bytes, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(answer.body.data.attributes['automated-execution-output']).toBe('café 1')
    }
  })

  const form = (values: Record<string, string>) => ({
    body: new URLSearchParams(values).toString(),
    options: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  })
  const parts = (values: Record<string, string>) => ({
    body: Buffer.from(
      `${Object.entries(values)
        .map(([name, value]) => part(`name="${name}"`, value))
        .join('')}--x--\r\n`,
    ),
    options: { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  })
  /** The same upload by every way in: query, form, multipart, JSON with texts, and JSON with what they hold. */
  const everyWay = (values: Record<string, unknown>) => {
    const texts = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    )
    return [
      ['query', { path: `${PATH}?${new URLSearchParams(texts)}`, body: undefined, options: {} }],
      ['form', { path: PATH, ...form(texts) }],
      ['multipart', { path: PATH, ...parts(texts) }],
      ['JSON of texts', { path: PATH, body: texts, options: {} }],
      ['JSON', { path: PATH, body: values, options: {} }],
    ] as const
  }
  const upload = async (values: Record<string, unknown>, check: (way: string, run: Json) => unknown) => {
    for (const [way, { path, body, options }] of everyWay({ instance_id: instance, ...values })) {
      const answer = await app.post(path, body, options)
      expect([way, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([way, 200, ''])
      await check(way, answer.body.data)
    }
  }
  const stepsOf = async (run: Json): Promise<Json[]> =>
    (await app.get(app.p(`/step_runs.json?run-ids=${run.id}`))).body.data.map(({ attributes }: Json) => attributes)

  it('takes duration, version and steps, which decide the status', async () => {
    const steps = [
      { name: 'Open', status: 'passed' },
      { name: 2.5, 'actual-results': 'No total', status: 'BLOCKED' },
    ]
    await upload({ exit_code: 0, run_duration: 12.5, version: '1.50', steps }, async (way, run) => {
      expect([way, run.attributes['run-type'], run.attributes.status]).toEqual([way, 'AutomatedRun', 'BLOCKED'])
      expect(run.attributes).toMatchObject({ 'run-duration': '00:00:13', version: '1.50' })
      expect(await stepsOf(run)).toMatchObject([
        { name: 'Open', status: 'PASSED' },
        { name: '2.5', 'actual-results': 'No total', status: 'BLOCKED' },
      ])
    })
    await upload({ duration: '0:01:30', exit_code: 0 }, (way, run) =>
      expect([way, run.attributes['run-duration'], run.attributes.status]).toEqual([way, '00:01:30', 'PASSED']),
    )
    const raw = `{"instance_id":${instance},"version":2.0,"steps":[{"name":1.10}]}`
    const { body } = await app.post(PATH, raw)
    expect([body.data.attributes.version, (await stepsOf(body.data))[0].name]).toEqual(['2.0', '1.10'])
  })

  it('is never refused for its shape: what is none is kept as a file', async () => {
    await upload({ exit_code: 1, run_duration: 'N/A', steps: 'none today', custom_fields: '[1]' }, async (way, run) => {
      expect([way, run.attributes.status, run.attributes['run-duration']]).toEqual([way, 'FAILED', '00:00:00'])
      expect(await filesOf(run)).toEqual([
        ['steps.txt', 10],
        ['custom-fields.txt', 3],
      ])
    })
    await upload(
      { exit_code: 0, steps: '', custom_fields: ' ', instance_custom_fields: '', duration: '' },
      (way, run) => expect([way, run.attributes.status]).toEqual([way, 'PASSED']),
    )
    const wrong = await app.post(PATH, { instance_id: instance, steps: [{}, { status: 'GREEN' }] })
    expect([wrong.status, wrong.body.error]).toEqual([
      422,
      'Step 2: Status must be one of: PASSED, FAILED, BLOCKED, NO RUN, N/A: "GREEN"',
    ])
  })

  it('sets custom fields of the run and of the instance, and ignores unknown ones', async () => {
    const field = async (name: string, entity: string, format = 'text') => {
      const attributes = { name, 'field-format': format, entities: [entity] }
      return (await app.post(app.p('/custom_fields.json'), { data: { attributes } })).body.data.id
    }
    const [build, flaky] = [await field('Build', 'Run'), await field('Flaky', 'Instance', 'checkbox')]
    const shown = async () =>
      (await app.get(app.p(`/instances/${instance}.json`))).body.data.attributes['custom-fields']
    for (const checked of [true, false]) {
      const own = { [`___f_${flaky}`]: checked, '---f-99999999': 'x', os: 'mac' }
      const ofRun = { [`---f-${build}`]: { value: '4521' }, [`---f-${flaky}`]: 'yes', 'Build number': 7 }
      await upload({ custom_fields: ofRun, instance_custom_fields: own }, async (way, run) => {
        expect([way, run.attributes['custom-fields']]).toEqual([way, { [`---f-${build}`]: '4521' }])
        expect([way, await shown()]).toEqual([way, { [`---f-${flaky}`]: checked ? 'yes' : 'no' }])
      })
    }
    const history = (await app.get(app.p(`/history.json?entity=instance&entity-id=${instance}&action=update`))).body
      .data
    expect(history[0].attributes.changes).toEqual([{ field: `---f-${flaky}`, from: 'yes', to: 'no' }])
    // All or nothing.
    const before = await shown()
    const bad = {
      instance_id: instance,
      steps: [{ status: 'GREEN' }],
      instance_custom_fields: { [`---f-${flaky}`]: true },
    }
    expect((await app.post(PATH, bad)).status).toBe(422)
    expect(await shown()).toEqual(before)
  })

  it('takes the token from the body where header and query have none', async () => {
    for (const [way, { path, body, options }] of everyWay({
      instance_id: instance,
      exit_code: 0,
      api_token: app.token,
    })) {
      const answer = await app.post(path, body, { ...options, token: null })
      expect([way, answer.status]).toEqual([way, 200])
      expect(answer.text).not.toContain(app.token)
    }
    for (const api_token of ['wrong', '', undefined, 7]) {
      const answer = await app.post(PATH, { instance_id: instance, api_token }, { token: null })
      expect([api_token, answer.status, answer.headers['www-authenticate']]).toEqual([
        api_token,
        401,
        'Basic realm="Assay"',
      ])
    }
    // What stands in the header counts, also where it is wrong.
    const body = { instance_id: instance, api_token: app.token }
    expect((await app.post(PATH, body, { token: 'f'.repeat(40) })).status).toBe(401)
    expect((await app.post(PATH, undefined, { token: null })).status).toBe(401)
    expect((await app.post(PATH, '{', { token: null })).status).toBe(401)
    const custom = { authorization: `custom developer_email=a@b, API_Token=${app.token}` }
    expect((await app.post(PATH, { instance_id: instance }, { token: null, headers: custom })).status).toBe(200)

    const issue = { data: { attributes: { title: 'tracked', 'author-id': app.ownerId } } }
    const { id } = (await app.post(app.p('/issues.json'), issue)).body.data
    const sent = { api_token: app.token, integration_issue: { external_id: 'E-1' } }
    const put = await app.put(`/api/v1/integration_issues/${id}.json`, sent, { token: null })
    expect([put.status, put.body.data.attributes['external-id']]).toEqual([200, 'E-1'])
    const task = await app.call(
      'GET',
      '/api/v1/automated_tests/next_test.json',
      { api_token: app.token },
      { token: null },
    )
    expect([task.status, task.body]).toEqual([200, {}])
    // Nowhere else.
    const v2 = { api_token: app.token, data: { attributes: { 'instance-id': instance } } }
    expect((await app.post(app.p('/runs.json'), v2, { token: null })).status).toBe(401)
  })

  it('finds the token in a form that waits on disk, too', async () => {
    const large = `${part('name="api_token"', app.token)}${part('name="result_files[a]"', 'a'.repeat(2_000_000))}--x--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const answer = await app.post(`${PATH}?instance_id=${instance}`, Buffer.from(large), { token: null, headers })
    expect([answer.status, await filesOf(answer.body.data)]).toEqual([200, [['a', 2_000_000]]])
  })
})
