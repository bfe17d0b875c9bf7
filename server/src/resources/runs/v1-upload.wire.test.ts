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
})
