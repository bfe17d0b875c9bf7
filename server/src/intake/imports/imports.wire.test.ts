import { crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { beforeAll, expect, it } from 'vitest'
import { type Json, onEveryDatabase, type TestApp, titles } from '../../test/build-app.ts'

const REPORT = `<?xml version="1.0"?>
<testsuites><testsuite name="cart" tests="4">
  <testcase classname="CartTest" name="adds" time="0.5"/>
  <testcase classname="CartTest" name="removes" time="1.25"><failure type="AssertionError" message="expected 3, got 2">at CartTest.removes (src/cart.test.ts:12:5)</failure></testcase>
  <testcase classname="CartTest" name="pays"><skipped message="no card"/></testcase>
  <testcase classname="CartTest" name="ships" time="2"><flakyFailure message="timeout"/></testcase>
</testsuite></testsuites>`

const suite = (...cases: string[]) => `<testsuite name="s">${cases.join('')}</testsuite>`
const passed = (name: string, inner = '') => `<testcase classname="C" name="${name}">${inner}</testcase>`

/** A zip archive whose entries are stored as they are. */
function zipOf(entries: Record<string, string | Buffer>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content)
    const label = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x800, 2)
    shared.writeUInt32LE(crc32(bytes), 10)
    shared.writeUInt32LE(bytes.length, 14)
    shared.writeUInt32LE(bytes.length, 18)
    shared.writeUInt16LE(label.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, label, bytes])
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, entry, label]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(central.length, 4)
  end.writeUInt16LE(central.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06', 'latin1'), end])
}

const formOf = (fields: Record<string, string>, files: Record<string, string | Buffer>): Buffer =>
  Buffer.concat([
    ...Object.entries(fields).map(([name, value]) =>
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    ),
    ...Object.entries(files).flatMap(([name, content]) => [
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--x--\r\n'),
  ])

onEveryDatabase('imports of reports', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })

  const send = (body: string | Buffer, query: string, headers: Record<string, string> = {}) =>
    app.post(app.p(`/imports.json?${query}`), Buffer.from(body), {
      headers: { 'content-type': 'application/xml', ...headers },
    })
  const stored = async (body: string | Buffer, query: string, headers: Record<string, string> = {}) => {
    const answer = await send(body, query, headers)
    expect([answer.status, answer.body.errors]).toEqual([200, undefined])
    return { ...answer.body.data.attributes, id: answer.body.data.id, meta: answer.body.meta }
  }
  const listOf = async (path: string): Promise<Json[]> => (await app.get(app.p(path))).body.data
  const FORM = { 'content-type': 'multipart/form-data; boundary=x' }

  it('stores a report that is sent as it is', async () => {
    const receipt = await stored(REPORT, 'set-name=plain&build-key=b1&branch=main&filename=cart.xml')
    expect(receipt).toMatchObject({
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
      meta: { refusals: [], notes: [] },
    })
    const setId = receipt['set-id']
    const instances = await listOf(`/instances.json?set-ids=${setId}`)
    expect(instances.map(({ attributes: a }) => [a.name, a['run-status']])).toEqual([
      ['CartTest › adds', 'PASSED'],
      ['CartTest › removes', 'FAILED'],
      ['CartTest › pays', 'NO RUN'],
      ['CartTest › ships', 'PASSED'],
    ])
    const runs = await listOf(`/runs.json?set-ids=${setId}`)
    expect(runs.map(({ attributes: a }) => [a.status, a['run-duration'], a['duration-ms'], a.attempt])).toEqual([
      ['PASSED', '00:00:02', 2000, 2],
      ['FAILED', '00:00:00', 0, 1],
      ['FAILED', '00:00:02', 1250, 1],
      ['PASSED', '00:00:01', 500, 1],
    ])
    expect(runs[2].attributes['automated-execution-output']).toBe(
      '--- message ---\nexpected 3, got 2\n\n--- details ---\nat CartTest.removes (src/cart.test.ts:12:5)',
    )
    const [test] = await listOf(`/tests.json?name_exact=${encodeURIComponent('CartTest › adds')}`)
    expect(test.attributes).toMatchObject({
      'test-type': 'ApiTest',
      tags: ['imported'],
      'run-status': 'PASSED',
      provisional: false,
      'automated-fields': { automation_key: expect.stringMatching(/^[0-9a-f]{32}$/) },
    })
    expect(
      (await listOf(`/failures.json?build-ids=${receipt['build-id']}`)).map((each) => each.attributes.title),
    ).toEqual(expect.arrayContaining(['expected 3, got 2', 'timeout']))
  })

  it('finds the same tests and instances again, whatever the delivery is wrapped in', async () => {
    const tar = Buffer.from(await packTar([{ header: { name: 'out/cart.xml', size: REPORT.length }, body: REPORT }]))
    for (const [body, headers] of [
      [REPORT, {}],
      [gzipSync(REPORT), { 'content-encoding': 'gzip' }],
      [zstdCompressSync(Buffer.from(REPORT)), { 'content-encoding': 'zstd' }],
      [gzipSync(REPORT), {}],
      [zstdCompressSync(Buffer.from(REPORT)), {}],
      [zipOf({ 'out/cart.xml': REPORT }), {}],
      [tar, {}],
      [gzipSync(tar), { 'content-encoding': 'gzip' }],
      [gzipSync(tar), {}],
      [formOf({ 'set-name': 'plain' }, { 'cart.xml.gz': gzipSync(REPORT) }), FORM],
      [Buffer.from(REPORT, 'utf16le'), {}],
    ] as const) {
      const receipt = await stored(body as Buffer, 'set-name=plain', headers)
      expect(receipt).toMatchObject({ stored: 4, 'created-tests': 0, 'created-instances': 0 })
    }
  })

  it('takes parameters as fields of a form, and any number of files', async () => {
    const shot = Buffer.from('picture')
    const body = formOf(
      { set_name: 'form', 'build-key': 'form-1', variant: 'linux' },
      {
        'a.xml': suite(passed('one', '<system-out>[[ATTACHMENT|shots/one.png]]</system-out>')),
        'b.xml': suite(passed('two', '<system-out>[[ATTACHMENT|shots/two.png]]</system-out>')),
        'shots/one.png': shot,
        'notes.bin': Buffer.from([0, 1, 2]),
      },
    )
    const receipt = await stored(body, 'set-name=not-this-one&variant=nor-this', FORM)
    expect(receipt).toMatchObject({ variant: 'linux', received: 2, stored: 2, files: expect.any(Array) })
    expect(receipt['wanted-files']).toEqual([{ path: 'shots/two.png', 'run-id': expect.any(Number) }])
    expect(receipt.meta.notes).toEqual([
      'notes.bin is no result file that Assay knows: it looks like a binary file, and no report refers to it',
    ])
    const runs = await listOf(`/runs.json?set-ids=${receipt['set-id']}`)
    const attached = await Promise.all(
      runs.map(async ({ id }) =>
        (await listOf(`/attachments.json?entity=run&entity-id=${id}`)).map((f) => f.attributes.name),
      ),
    )
    expect(attached).toEqual([[], ['one.png']])
    const files = { files: [{ path: 'work/shots/two.png', content_encoded: shot.toString('base64') }] }
    const add = () => app.post(app.p(`/imports/${receipt.id}/files.json`), { data: { attributes: files } })
    expect((await add()).body.data).toEqual({ attached: 1, unwanted: [], wanted: 0 })
    expect((await add()).body.data).toEqual({ attached: 0, unwanted: [], wanted: 0 })
    expect(await listOf(`/attachments.json?entity=run&entity-id=${runs[0].id}`)).toHaveLength(1)
    const shown = (await app.get(app.p(`/imports/${receipt.id}.json`))).body.data.attributes
    expect(shown['wanted-files']).toEqual([])
    const sent = formOf({}, { 'work/shots/two.png': shot })
    const asForm = (form: string | Buffer) =>
      app.post(app.p(`/imports/${receipt.id}/files.json`), Buffer.from(form), { headers: FORM })
    expect((await asForm(sent)).body.data).toEqual({ attached: 0, unwanted: [], wanted: 0 })
    const broken = await asForm(Buffer.from(sent).subarray(0, -12))
    expect([broken.status, titles(broken)]).toEqual([400, ['The form ends before the file work/shots/two.png does']])
  })

  it('stores what a form has brought that ends early, and names the file', async () => {
    const form = formOf({}, { 'whole.xml': suite(passed('one')), 'early.xml': suite(passed('two')) })
    const receipt = await stored(form.subarray(0, -8), 'set-name=early', FORM)
    expect(receipt).toMatchObject({ state: 'cut', received: 2, stored: 2 })
    expect(receipt.meta.notes).toEqual(['early.xml: the form ended before the file did'])
  })

  it('refuses one bad case by itself, and says why', async () => {
    const body = suite(
      passed('good'),
      passed('bad', '<properties><property name="assay_test_id" value="999999999"/></properties>'),
      passed('worse [#98765]'),
      passed('fine', '<properties><property name="test_id" value="999999999"/></properties>'),
    )
    const receipt = await stored(body, 'set-name=refusing')
    expect(receipt).toMatchObject({ received: 4, stored: 2, refused: 2, state: 'stored' })
    expect(receipt.meta.refusals).toEqual([
      {
        file: 'report',
        line: 1,
        name: 'C › bad',
        reason: 'it names the test 999999999, which this project does not have',
      },
      {
        file: 'report',
        line: 1,
        name: 'C › worse [#98765]',
        reason: 'it names the test #98765, which this project does not have',
      },
    ])
    const refusals = await app.get(app.p(`/imports/${receipt.id}/refusals.json?page[size]=1&page[number]=2`))
    expect(refusals.body.data.map((each: Json) => each.name)).toEqual(['C › worse [#98765]'])
    expect(refusals.body.meta).toMatchObject({ 'total-count': 2, 'total-pages': 2 })
    const none = await stored(suite(passed('never seen')), 'set-name=refusing&create-tests=false')
    expect(none).toMatchObject({ received: 1, stored: 0, refused: 1, state: 'refused' })
  })

  it('names a test by its number, its system id, or a property that is said to', async () => {
    const attributes = { name: 'by hand', 'author-id': app.ownerId }
    const test = (await app.post(app.p('/tests.json'), { data: { attributes } })).body.data
    const number = test.attributes['display-id']
    const body = suite(
      passed(`a [#${number}]`),
      passed('b', `<properties><property name="assay_test_id" value="${test.id}"/></properties>`),
      passed('c', `<properties><property name="TestRail" value="${number}"/></properties>`),
    )
    const receipt = await stored(body, 'set-name=named&identity-property=testrail')
    expect(receipt).toMatchObject({ stored: 3, 'created-tests': 0, 'created-instances': 1, runs: 3 })
    expect(receipt['build-id']).toBeGreaterThan(0)
  })

  it('adopts a test that was made by hand under the name that the report shows', async () => {
    const attributes = { name: 'C › adopted', 'author-id': app.ownerId }
    const test = (await app.post(app.p('/tests.json'), { data: { attributes } })).body.data
    const receipt = await stored(suite(passed('adopted')), 'set-name=adopting')
    expect(receipt).toMatchObject({ stored: 1, 'created-tests': 0 })
    const [run] = await listOf(`/runs.json?set-ids=${receipt['set-id']}`)
    expect(String(run.attributes['test-id'])).toBe(test.id)
  })

  it('says when new tests differ only in numbers', async () => {
    const cases = Array.from({ length: 25 }, (_, index) => passed(`order ${1000 + index}`))
    const note =
      '25 new tests differ only in numbers, as 25 that are called like "C › order 1000" do: a number that changes makes a new test each time'
    const tried = await send(suite(...cases), 'set-name=numbered&dry-run=true')
    expect(tried.body.meta).toMatchObject({ notes: [note] })
    expect((await stored(suite(...cases), 'set-name=numbered')).meta.notes).toEqual([note])
    expect((await stored(suite(...cases), 'set-name=numbered')).meta.notes).toEqual([])
  })

  it('stores nothing by a dry run, and answers the same receipt', async () => {
    const before = (await app.get(app.p('/tests.json?page[size]=1'))).body.meta['total-count']
    const answer = await send(REPORT.replaceAll('CartTest', 'DryTest'), 'set-name=dry&dry-run=true')
    expect(answer.body.data).toMatchObject({ id: '0', type: 'imports' })
    expect(answer.body.data.attributes).toMatchObject({ received: 4, stored: 4, failed: 1, 'created-tests': 4 })
    expect(answer.body.data.attributes).toMatchObject({ 'build-id': null, 'set-id': null })
    const known = await stored(REPORT, 'set-name=tried&build-key=tried')
    const tried = await send(REPORT, 'set-name=tried&build-key=tried&dry-run=true')
    expect(tried.body.data.attributes).toMatchObject({
      'build-id': known['build-id'],
      'set-id': known['set-id'],
    })
    expect((await app.get(app.p('/tests.json?page[size]=1'))).body.meta['total-count']).toBe(before)
    expect(await listOf('/sets.json?name_exact=dry')).toEqual([])
  })

  it('answers a repeat under its key with the receipt, and refuses other content under it', async () => {
    const key = { 'idempotency-key': `k-${app.dialect}` }
    const first = await stored(REPORT, 'set-name=keyed', key)
    const again = await send(REPORT, 'set-name=keyed', key)
    expect([again.status, again.headers['idempotent-replayed'], again.body.data.id]).toEqual([200, 'true', first.id])
    const zipped = await send(zipOf({ report: REPORT }), 'set-name=keyed', key)
    expect(zipped.body.data.id).toBe(first.id)
    const other = await send(REPORT.replace('adds', 'subtracts'), 'set-name=keyed', key)
    expect([other.status, titles(other)]).toEqual([
      422,
      ['This Idempotency-Key was used for another import: its files or parameters differ'],
    ])
  })

  it('stores what stands before the place where a report ends early', async () => {
    const receipt = await stored(
      REPORT.slice(0, REPORT.indexOf('<testcase classname="CartTest" name="ships"') + 20),
      'set-name=cut',
    )
    expect(receipt).toMatchObject({ state: 'cut', received: 3, stored: 3 })
    expect(receipt.files[0].problem).toMatch(/^line \d+: /)
    const build = (await app.get(app.p(`/builds/${receipt['build-id']}.json`))).body.data.attributes
    expect(build).toMatchObject({ state: 'cut', gate: 'failed' })
  })

  it('names every file when nothing is a result file', async () => {
    const answer = await send(zipOf({ 'a.txt': 'hello', 'b.bin': Buffer.from([0]) }), 'set-name=none')
    expect(answer.status).toBe(422)
    expect(titles(answer)[0]).toBe(
      'Nothing in this import is a result file that Assay knows: a.txt: it begins with "hello"',
    )
    const empty = await app.post(app.p('/imports.json?set-name=none'), Buffer.alloc(0))
    expect([empty.status, titles(empty)]).toEqual([400, ['This request needs a report as its body, and none was sent']])
    expect(await listOf('/sets.json?name_exact=none')).toEqual([])
  })

  it('takes no entry that leads out of its archive, and no bomb', async () => {
    const receipt = await stored(
      zipOf({ '../evil.xml': REPORT, '/abs.xml': REPORT, 'good.xml': REPORT }),
      'set-name=climbing',
    )
    expect(receipt).toMatchObject({ received: 4, state: 'cut' })
    const bomb = await send(gzipSync(Buffer.alloc(80 * 1024 * 1024)), 'set-name=bomb', { 'content-encoding': 'gzip' })
    expect(bomb.status).toBe(413)
  })

  it.each([
    ['', 'Either set-id or set-name must say which test set the results go to'],
    ['set-id=99999999', 'set-id names no test set of this project: 99999999'],
    ['set-name=x&shard=3/2', 'shard must be k/n with k from 1 to n; it is 3/2'],
    ['set-name=x&timezone=Mars', 'timezone must be like Europe/Berlin; "Mars" is not known'],
    ['set-name=x&build-url=ftp://x', 'build-url must be an address with http or https; "ftp://x" is not'],
    ['set-name=x&attempt=0', 'attempt must be a whole number from 1'],
    ['set-name=x&scope=half', 'scope must be one of: full, partial; it is "half"'],
    ['set-name=x&folder-id=99999999', 'folder-id names no folder of tests of this project: 99999999'],
    ['set-name=x&environment=linux', 'environment must be name=value, with commas between; "linux" is not'],
  ])('refuses ?%s', async (query, title) => {
    const answer = await send(REPORT, query)
    expect([answer.status, titles(answer)]).toEqual([422, [title]])
    expect(await listOf('/sets.json?name_exact=x')).toEqual([])
  })

  it('never makes a twin, however many imports come at once', async () => {
    const cases = Array.from({ length: 60 }, (_, index) => passed(`twin ${index}`))
    const shards = Array.from({ length: 4 }, () => suite(...cases))
    const receipts = await Promise.all(shards.map((body) => stored(body, 'set-name=twins&build-key=twins')))
    expect(receipts.reduce((sum, receipt) => sum + receipt['created-tests'], 0)).toBe(60)
    expect(receipts.reduce((sum, receipt) => sum + receipt['created-instances'], 0)).toBe(60)
    expect(new Set(receipts.map((receipt) => receipt['build-id'])).size).toBe(1)
    const [set] = await listOf('/sets.json?name_exact=twins')
    expect(set.attributes).toMatchObject({ 'instances-count': 60, 'run-status': 'PASSED' })
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
