import { gzipSync, zstdCompressSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'

const REPORT = `<?xml version="1.0"?>
<testsuites><testsuite name="cart" tests="4">
  <testcase classname="CartTest" name="adds" time="0.5"/>
  <testcase classname="CartTest" name="removes" time="1.25"><failure type="AssertionError" message="expected 3, got 2">at CartTest.removes (src/cart.test.ts:12:5)</failure></testcase>
  <testcase classname="CartTest" name="pays"><skipped message="no card"/></testcase>
  <testcase classname="CartTest" name="ships" time="2"><flakyFailure message="timeout"/></testcase>
</testsuite></testsuites>`

onEveryDatabase('imports of reports', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  const send = (body: string | Buffer, query: string, headers: Record<string, string> = {}) =>
    app.post(app.p(`/imports.json?${query}`), Buffer.from(body), {
      headers: { 'content-type': 'application/xml', ...headers },
    })
  const listOf = async (path: string): Promise<Json[]> => (await app.get(app.p(path))).body.data

  it('stores a report that is sent as it is', async () => {
    const { status, body } = await send(REPORT, 'set-name=plain&build-key=b1&branch=main&filename=cart.xml')
    expect([status, body.errors]).toEqual([200, undefined])
    expect(body.data.attributes).toMatchObject({
      state: 'stored',
      received: 4,
      stored: 4,
      refused: 0,
      runs: 4,
      passed: 2,
      failed: 1,
      skipped: 1,
      flaky: 1,
      'created-tests': 4,
      'created-instances': 4,
      files: [{ name: 'cart.xml', format: 'junit', cases: 4, stored: 4, refused: 0, problem: null }],
    })
    expect(body.meta).toEqual({ refusals: [], notes: [] })
    const setId = body.data.attributes['set-id']
    const instances = await listOf(`/instances.json?set-ids=${setId}`)
    expect(instances.map(({ attributes: a }) => [a['test-name'] ?? a.name, a['run-status']])).toEqual([
      ['CartTest › adds', 'PASSED'],
      ['CartTest › removes', 'FAILED'],
      ['CartTest › pays', 'NO RUN'],
      ['CartTest › ships', 'PASSED'],
    ])
    const runs = await listOf(`/runs.json?set-ids=${setId}`)
    expect(runs.map(({ attributes: a }) => [a.status, a['run-duration']]).sort()).toEqual([
      ['FAILED', '00:00:00'],
      ['FAILED', '00:00:02'],
      ['PASSED', '00:00:01'],
      ['PASSED', '00:00:02'],
    ])
  })

  it('finds the same tests and instances again, whatever the delivery is wrapped in', async () => {
    for (const [body, headers] of [
      [REPORT, {}],
      [gzipSync(REPORT), { 'content-encoding': 'gzip' }],
      [zstdCompressSync(Buffer.from(REPORT)), { 'content-encoding': 'zstd' }],
      [gzipSync(REPORT), {}],
    ] as const) {
      const { status, body: answer } = await send(body as Buffer, 'set-name=plain', headers)
      expect([status, answer.errors]).toEqual([200, undefined])
      expect(answer.data.attributes).toMatchObject({ stored: 4, 'created-tests': 0, 'created-instances': 0 })
    }
  })

  it('keeps the folders in the names of a form, so that two files of one name are two', async () => {
    const part = (name: string, body: string) =>
      `--x\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n${body}\r\n`
    const body = `${part('a/cart.xml', REPORT)}${part('../b/cart.xml', REPORT)}--x--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const { status, body: answer } = await send(body, 'set-name=folders', headers)
    expect([status, answer.errors]).toEqual([200, undefined])
    const names = answer.data.attributes.files.map(({ name }: { name: string }) => name)
    expect(names.sort()).toEqual(['a/cart.xml', 'b/cart.xml'])
  })
})
