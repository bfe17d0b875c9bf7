import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

onEveryDatabase('POST attachments.json', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const makeTest = async (): Promise<string> => {
    const attributes = { name: 't', 'author-id': app.ownerId }
    return (await app.post(app.p('/tests.json'), { data: { attributes } })).body.data.id
  }
  const FILE = { filename: 'a.txt', content_encoded: 'YQ==' }
  const attach = (entityId: number | string, data: Json, headers: Record<string, string> = {}, token = app.token) =>
    app.post(app.p('/attachments.json'), { entity: 'test', 'entity-id': entityId, data }, { headers, token })

  it('asks for the word, the permission and the entity before it looks at the files', async () => {
    const bad = { files: [{ content_encoded: '***' }] }
    expect((await attach(99_999_999, bad)).status).toBe(404)
    expect((await attach(99_999_999, {})).status).toBe(404)
    const reader = await app.person('reader@example.org', 'Commenters')
    expect((await attach(99_999_999, bad, {}, reader.token)).status).toBe(403)
    const word = { entity: 'kitten', 'entity-id': 1, data: bad }
    expect((await app.post(app.p('/attachments.json'), word, { token: reader.token })).status).toBe(422)
  })

  it('names what is wrong with the files, and keeps none of them', async () => {
    const test = await makeTest()
    const cases: [Json, string][] = [
      [{}, '/data/files'],
      [{ files: { data: [] } }, '/data/files'],
      [{ files: 'x' }, '/data/files'],
      [{ files: [FILE, { filename: 'b' }] }, '/data/files/1/content_encoded'],
      [{ attributes: { files: { data: [5] } } }, '/data/attributes/files/data/0'],
    ]
    for (const [data, pointer] of cases) {
      const answer = await attach(test, data)
      expect([answer.status, answer.body.errors[0].source]).toEqual([422, { pointer }])
      expect(titles(answer)[0]).toMatch(/^(Files|Content encoded|A file) /)
    }
    expect((await app.get(app.p(`/attachments.json?entity=test&entity-id=${test}`))).body.data).toEqual([])
  })

  it('keeps large files as it keeps small ones, byte by byte and once per key', async () => {
    const test = await makeTest()
    const bytes = randomBytes(1_500_000)
    const large = { filename: 'large.bin', content_encoded: bytes.toString('base64') }
    const headers = { 'idempotency-key': 'large' }
    const first = await attach(test, { files: { data: [large, FILE, large] } }, headers)
    const sizes = first.body.data.map(({ attributes }: Json) => attributes.size)
    expect(sizes).toEqual([bytes.length, 1, bytes.length])
    const again = await attach(test, { files: { data: [large, FILE, large] } }, headers)
    expect([again.headers['idempotent-replayed'], again.body]).toEqual(['true', first.body])
    // One bit turned makes another file, whatever the random bytes were.
    const turned = Buffer.from(bytes)
    turned.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
    const other = { ...large, content_encoded: turned.toString('base64') }
    expect((await attach(test, { files: { data: [other, FILE, large] } }, headers)).status).toBe(422)
    const link = (await app.get(app.p(`/attachments/${first.body.data[0].id}`))).headers.location as string
    const download = await app.raw(new URL(link).pathname)
    expect(download.equals(bytes)).toBe(true)
  })

  it('refuses base64 that is broken far behind, and files above the limit', async () => {
    const test = await makeTest()
    const text = Buffer.alloc(1_000_000, 'x').toString('base64')
    const broken = await attach(test, { files: [{ filename: 'a', content_encoded: `${text}!` }] })
    expect([broken.status, titles(broken)]).toEqual([422, ['Content encoded is not valid base64']])
    const above = Buffer.alloc(3 * 1024 * 1024 + 1).toString('base64')
    const refused = await attach(test, { files: [FILE, { filename: 'a.bin', content_encoded: above }] })
    expect([refused.status, refused.body.errors[0].source.pointer]).toEqual([422, '/data/files/1/content_encoded'])
    expect(titles(refused)).toEqual(['The file a.bin is too large: at most 3 MiB are accepted'])
    expect((await app.get(app.p(`/attachments.json?entity=test&entity-id=${test}`))).body.data).toEqual([])
  })

  it('answers a repeat under its key, also when the entity is gone by then', async () => {
    const test = await makeTest()
    const headers = { 'idempotency-key': 'attach' }
    const first = await attach(test, { files: [FILE] }, headers)
    expect(first.body.data[0].attributes).toMatchObject({ name: 'a.txt', size: 1, entity: 'test' })
    await app.del(app.p(`/tests/${test}.json`))
    const again = await attach(test, { files: [FILE] }, headers)
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([200, 'true'])
    expect((await attach(test, { files: [FILE] })).status).toBe(404)
  })
})
