import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Received, type Receiver, startReceiver } from '../../../../test-support/webhook-receiver.ts'
import { insertRows } from '../../db/store.ts'
import { type Json, onEveryDatabase, type TestApp } from '../../test/build-app.ts'
import { recordSql } from '../../test/record-sql.ts'
import { createDeliverer } from './deliver-webhooks.ts'
import { RETRIES } from './webhooks.rules.ts'

const key = (byte: number) => Buffer.alloc(32, byte)
const secretOf = (byte: number) => `whsec_${key(byte).toString('base64')}`

/** The signatures that a receiver that knows these keys computes by itself. */
function expectedSignatures({ headers, text }: Received, ...keys: Buffer[]): string {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
  return keys.map((each) => `v1,${createHmac('sha256', each).update(signed).digest('base64')}`).join(' ')
}

onEveryDatabase('webhook deliveries', (get) => {
  let app: TestApp
  let receiver: Receiver
  /** Milliseconds that the clock of the deliverers is ahead. */
  let ahead = 0
  const deliverer = (options = {}) =>
    createDeliverer({ database: app.database, allowPrivate: true, now: () => Date.now() + ahead, ...options })
  const drain = (options = {}) => recordSql(() => deliverer(options).drain())

  beforeEach(async () => {
    app = get()
    ahead = 0
    receiver = await startReceiver()
  })
  afterEach(async () => {
    const list = (await app.get(app.p('/webhooks.json'))).body.data
    for (const { id } of list) await app.del(app.p(`/webhooks/${id}.json`))
    await receiver.close()
  })

  const hook = async (attributes: Json = {}): Promise<string> => {
    const body = { data: { attributes: { name: 'CI', url: receiver.url, secret: secretOf(7), ...attributes } } }
    const answer = await app.post(app.p('/webhooks.json'), body)
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data.id
  }
  const show = async (id: string) => (await app.get(app.p(`/webhooks/${id}.json`))).body.data.attributes
  const log = async (id: string): Promise<Json[]> =>
    (await app.get(app.p(`/webhooks/${id}/deliveries.json`))).body.data.map((each: Json) => each.attributes)
  const make = async (path: string, attributes: Json, more: Json = {}): Promise<Json> => {
    const answer = await app.post(app.p(path), { data: { attributes, ...more } })
    expect(answer.status, answer.text).toBe(200)
    return answer.body.data
  }
  const makeTest = (name = 'Pay') => make('/tests.json', { name, 'author-id': app.ownerId })
  const put = async (path: string, attributes: Json) => {
    expect((await app.put(app.p(path), { data: { attributes } })).status).toBe(200)
  }
  const events = () => receiver.received.map(({ body }) => body.event)
  const waiting = async () => (await app.database.read.db.selectFrom('webhook_messages').selectAll().execute()).length

  it('of one project do not keep those of another waiting, however many of them never come to an end', async () => {
    // It takes what is sent and never answers.
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    for (let n = 0; n < 16; n++) await hook({ name: `silent ${n}`, url: `http://127.0.0.1:${port}/${n}` })
    for (let n = 0; n < 4; n++) await makeTest(`test ${n}`)
    const other = (await app.post('/projects.json', { data: { attributes: { name: `Other ${receiver.url}` } } })).body
      .data
    const made = await app.post(`/projects/${other.id}/webhooks.json`, {
      data: { attributes: { name: 'CI', url: receiver.url } },
    })
    expect(made.status).toBe(200)
    await app.post(`/projects/${other.id}/tests.json`, {
      data: { attributes: { name: 'x', 'author-id': app.ownerId } },
    })
    // The silent ones hold their places until the end of the test.
    const working = deliverer({ timeout: 600_000 })
    working.start()
    try {
      while (receiver.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(events()).toEqual(['test.created'])
    } finally {
      silent.closeAllConnections()
      silent.close()
      await app.del(`/projects/${other.id}.json?confirm=${encodeURIComponent(`Other ${receiver.url}`)}`)
      for (const { id } of (await app.get(app.p('/webhooks.json'))).body.data)
        await app.del(app.p(`/webhooks/${id}.json`))
      await working.stop()
    }
  })

  it('are signed as the Standard Webhooks specification says', async () => {
    await hook()
    const before = Math.floor(Date.now() / 1000)
    const { id } = await makeTest()
    await drain()
    expect(receiver.received).toHaveLength(1)
    const [got] = receiver.received as [Received]
    expect(got).toMatchObject({ method: 'POST', path: '/hook' })
    expect(got.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Assay',
      'x-assay-event': 'test.created',
      'webhook-id': expect.stringMatching(/^msg_/),
    })
    const sentAt = Number(got.headers['webhook-timestamp'])
    expect([sentAt >= before, sentAt <= Date.now() / 1000]).toEqual([true, true])
    expect(got.headers['webhook-signature']).toBe(expectedSignatures(got, key(7)))
    expect(got.body).toEqual({
      event: 'test.created',
      'project-id': app.projectId,
      'occurred-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      data: (await app.get(app.p(`/tests/${id}.json`))).body.data,
    })
    expect(Object.keys(got.body)).toEqual(['event', 'project-id', 'occurred-at', 'data'])
    await drain()
    expect(receiver.received).toHaveLength(1)
  })

  it('tell of every kind what a GET shows, and of what is deleted only its identifier', async () => {
    await hook()
    const told: Record<string, [string, string]> = {}
    const made: Record<string, Json> = {}
    const keep = (kind: string, path: string, data: Json) => {
      told[kind] = [path, data.id]
      made[kind] = data
      return data.id
    }
    const test = keep('test', '/tests', await makeTest())
    const set = keep('set', '/sets', await make('/sets.json', { name: 'Nightly' }))
    const instance = keep(
      'instance',
      '/instances',
      await make('/instances.json', { 'set-id': set, 'test-id': test, parameters: ['chrome'] }),
    )
    const issue = keep('issue', '/issues', await make('/issues.json', { title: 'Broken', 'author-id': app.ownerId }))
    keep(
      'requirement',
      '/requirements',
      await make('/requirements.json', { name: 'Checkout', 'author-id': app.ownerId }),
    )
    keep('milestone', '/milestones', await make('/milestones.json', { name: 'Sprint' }))
    await drain()
    for (const [kind, data] of Object.entries(made)) {
      const got = receiver.received.find(({ body }) => body.event === `${kind}.created`) as Received
      expect(got.body.data, kind).toEqual(data)
    }
    receiver.received.length = 0
    const run = keep('run', '/runs', await make('/runs.json', { 'instance-id': instance, 'exit-code': 0 }))
    await drain()
    expect(events()).toEqual(['run.created'])
    expect(receiver.received[0]?.body.data).toEqual((await app.get(app.p(`/runs/${run}.json`))).body.data)
    receiver.received.length = 0
    for (const [kind, [path, id]] of Object.entries(told)) {
      await put(`${path}/${id}.json`, { [kind === 'issue' ? 'title' : 'name']: 'Renamed', version: '2' })
    }
    await put(`/milestones/${told.milestone?.[1]}.json`, { description: 'd' })
    await drain()
    for (const [kind, [path, id]] of Object.entries(told)) {
      const got = receiver.received.filter(({ body }) => body.event === `${kind}.updated`).at(-1) as Received
      expect(got.body.data, kind).toMatchObject({ id, type: path.slice(1) })
    }
    receiver.received.length = 0
    await put(`/issues/${issue}/update_status.json`, { 'status-name': 'open', 'user-id': app.ownerId })
    await drain()
    expect(events()).toEqual(['issue.status_changed'])
    expect(receiver.received[0]?.body.data).toEqual((await app.get(app.p(`/issues/${issue}.json`))).body.data)
    receiver.received.length = 0
    for (const kind of ['run', 'instance', 'set', 'test', 'issue', 'requirement', 'milestone']) {
      const [path, id] = told[kind] as [string, string]
      expect((await app.del(app.p(`${path}/${id}.json`))).status).toBe(200)
      await drain()
      const deleted = receiver.received.filter(({ body }) => body.event.endsWith('.deleted'))
      expect(deleted.map(({ body: { event, data } }) => ({ event, data }))).toEqual([
        { event: `${kind}.deleted`, data: { id, type: path.slice(1) } },
      ])
      receiver.received.length = 0
    }
  })

  it('go only to webhooks of the project that are on and name the event', async () => {
    await hook({ events: ['run.created', 'test.deleted'], url: `${receiver.url}/some` })
    await hook({ url: `${receiver.url}/off`, enabled: false })
    const elsewhere = (await app.post('/projects.json', { data: { attributes: { name: app.dialect } } })).body.data.id
    const body = { data: { attributes: { name: 'x', url: `${receiver.url}/elsewhere` } } }
    await app.post(`/projects/${elsewhere}/webhooks.json`, body)
    const { id } = await makeTest()
    await put(`/tests/${id}.json`, { name: 'Other' })
    await put(`/tests/${id}.json`, { name: 'Other' })
    await app.del(app.p(`/tests/${id}.json`))
    await drain()
    expect(receiver.received.map(({ path, body: { event } }) => [path, event])).toEqual([
      ['/hook/some', 'test.deleted'],
    ])
  })

  it('are one for each run of a bulk, and none when the request fails or is repeated', async () => {
    const set = await make('/sets.json', { name: 's' }, { instances: { 'test-ids': [(await makeTest()).id] } })
    const [instance] = (await app.get(app.p(`/instances.json?set-ids=${set.id}`))).body.data
    await hook()
    const run = { attributes: { 'instance-id': instance.id, 'exit-code': 1 } }
    const runs = (list: Json[], headers = {}) => app.post(app.p('/runs.json'), { data: list }, { headers })
    expect((await runs([run, { attributes: { 'instance-id': 999999999 } }])).status).toBe(422)
    expect(await waiting()).toBe(0)
    const headers = { 'idempotency-key': 'bulk' }
    const made = await runs(Array(100).fill(run), headers)
    expect((await runs(Array(100).fill(run), headers)).headers['idempotent-replayed']).toBe('true')
    expect(await waiting()).toBe(100)
    await drain()
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(100)
    expect(receiver.received.map(({ body }) => body.data.id).sort()).toEqual(
      made.body.data.map(({ id }: Json) => id).sort(),
    )
    expect(await waiting()).toBe(0)
  })

  it('sign with the old secret too for 24 hours after a change', async () => {
    const id = await hook()
    await put(`/webhooks/${id}.json`, { secret: secretOf(8) })
    const signature = async () => {
      receiver.received.length = 0
      await makeTest()
      await drain()
      const [got] = receiver.received as [Received]
      return [got.headers['webhook-signature'], got] as const
    }
    const [both, first] = await signature()
    expect(both).toBe(expectedSignatures(first, key(8), key(7)))
    ahead = 24 * 3_600_000 + 1000
    const [one, second] = await signature()
    expect(one).toBe(expectedSignatures(second, key(8)))
  })

  it('are tried again after the pauses of the contract, then the webhook is switched off', async () => {
    const id = await hook()
    const { id: test } = await makeTest()
    receiver.answer = 500
    await drain()
    const pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * 1000)
    expect([...RETRIES]).toEqual(pauses)
    for (const [index, pause] of pauses.entries()) {
      expect(receiver.received).toHaveLength(index + 1)
      ahead += pause - 2000
      await drain()
      expect(receiver.received).toHaveLength(index + 1)
      expect((await show(id)).enabled).toBe(true)
      ahead += 3000
      await drain()
    }
    expect(receiver.received).toHaveLength(10)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10)
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1)
    const off = await show(id)
    expect(off.enabled).toBe(false)
    expect(off['disabled-reason']).toContain('10 times')
    const attempts = await log(id)
    expect(attempts.map(({ attempt }) => attempt)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(attempts[0]).toEqual({
      'webhook-id': Number(id),
      event: 'test.created',
      attempt: 10,
      state: 'failed',
      'response-code': 500,
      error: 'The answer was 500, not 2xx',
      'created-at': expect.stringMatching(/Z$/),
    })
    expect(JSON.stringify(attempts)).not.toContain('private')
    await put(`/tests/${test}.json`, { name: 'Told to nobody' })
    ahead += 100 * 3_600_000
    await drain()
    expect(receiver.received).toHaveLength(10)
    expect(await waiting()).toBe(0)
    receiver.answer = 200
    await put(`/webhooks/${id}.json`, { enabled: true })
    expect(await show(id)).toMatchObject({ enabled: true, 'disabled-reason': null })
    await put(`/tests/${test}.json`, { name: 'Told again' })
    await drain()
    expect(events().at(-1)).toBe('test.updated')
    expect((await log(id))[0]).toMatchObject({ attempt: 1, state: 'delivered', 'response-code': 200, error: null })
  })

  it('succeed with a retry, and then stop', async () => {
    const id = await hook()
    await makeTest()
    receiver.answer = 503
    await drain()
    receiver.answer = 204
    ahead = 6000
    await drain()
    ahead = 10 * 3_600_000
    await drain()
    expect((await log(id)).map(({ attempt, state }) => [attempt, state])).toEqual([
      [2, 'delivered'],
      [1, 'failed'],
    ])
    expect(receiver.received).toHaveLength(2)
  })

  it('end with 410 Gone: the webhook is off, and what waited is dropped', async () => {
    const id = await hook()
    await makeTest()
    await makeTest()
    receiver.answer = 410
    await drain()
    expect(await show(id)).toMatchObject({ enabled: false, 'disabled-reason': expect.stringContaining('410') })
    ahead = 100 * 3_600_000
    const before = receiver.received.length
    await drain()
    expect(receiver.received).toHaveLength(before)
    expect(await waiting()).toBe(0)
  })

  it('follow no redirect, wait no longer than the time allowed, and say why they failed', async () => {
    const id = await hook()
    await makeTest()
    receiver.answer = (response) => response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end()
    await drain()
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
    expect((await log(id))[0]).toMatchObject({
      state: 'failed',
      'response-code': 302,
      error: expect.stringContaining('redirect'),
    })
    receiver.answer = () => {}
    ahead = 6000
    // The receiver never answers: only the time allowed ends this.
    await drain({ timeout: 200 })
    expect((await log(id))[0]).toMatchObject({
      attempt: 2,
      state: 'failed',
      'response-code': null,
      error: 'There was no answer in time',
    })
    receiver.answer = (response) => response.destroy()
    ahead = 400_000
    await drain()
    expect((await log(id))[0]).toMatchObject({
      attempt: 3,
      'response-code': null,
      error: expect.stringContaining('closed'),
    })
    // A code counts even when the rest of the answer is endless, and no more of it is read than needed.
    const hungUp = Promise.withResolvers<void>()
    receiver.answer = (response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1000))) {
          // Until the connection takes no more, or is gone.
        }
      }
      response.on('close', hungUp.resolve)
      response.on('drain', more)
      more()
    }
    ahead = 3_600_000
    await drain()
    expect((await log(id))[0]).toMatchObject({ attempt: 4, state: 'delivered', 'response-code': 200 })
    await hungUp.promise
  })

  it('go to no private address unless the operator allows it, and a refusal is a failed attempt', async () => {
    const port = new URL(receiver.url).port
    for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      const id = await hook({ url: `http://${host}:${port}/hook` })
      await makeTest()
      await drain({ allowPrivate: false })
      const attempts = await log(id)
      expect(attempts, host).toMatchObject([
        { attempt: 1, state: 'failed', 'response-code': null, error: expect.stringContaining('may not call') },
      ])
      expect(JSON.stringify(attempts)).not.toContain('127.0.0.1')
      expect(receiver.received).toEqual([])
      if (host === 'localhost' || host === '127.0.0.1') {
        ahead = 6000
        await drain()
        expect((await log(id))[0]).toMatchObject({ attempt: 2, state: 'delivered' })
        ahead = 0
        receiver.received.length = 0
      }
      await app.del(app.p(`/webhooks/${id}.json`))
    }
    const id = await hook({ url: 'http://no-such-host.invalid/' })
    await makeTest()
    await drain({ allowPrivate: false })
    expect((await log(id))[0]).toMatchObject({ state: 'failed', 'response-code': null, error: expect.any(String) })
  })

  it('wait for at most 10,000, then the webhook is off and the request still succeeds', async () => {
    const id = await hook()
    const other = await hook({ events: ['set.created'] })
    const message = {
      project_id: app.projectId,
      webhook_id: Number(id),
      message_id: 'msg_x',
      event: 'test.created',
      payload: '{}',
      attempts: 1,
      next_attempt_at: Date.now() + 3_600_000,
      delivery_id: null,
      created_at: 0,
    }
    await app.database.write(0, (tx) => insertRows(tx, 'webhook_messages', Array(9_999).fill(message)))
    await makeTest()
    expect((await show(id)).enabled).toBe(true)
    expect(await waiting()).toBe(10_000)
    const ping = await app.post(app.p(`/webhooks/${id}/test.json`))
    expect([ping.status, ping.text.includes('10000')]).toEqual([422, true])
    await makeTest()
    expect(await show(id)).toMatchObject({ enabled: false, 'disabled-reason': expect.stringContaining('10000') })
    expect((await show(other)).enabled).toBe(true)
    expect(await waiting()).toBe(10_000)
    await drain()
    expect(await waiting()).toBe(0)
    expect(receiver.received).toEqual([])
  })

  describe('the test of a webhook', () => {
    it('answers a pending delivery at once and sends a ping, even while the webhook is off', async () => {
      for (const enabled of [true, false]) {
        receiver.received.length = 0
        const id = await hook({ enabled, events: ['run.created'] })
        const answer = await app.post(app.p(`/webhooks/${id}/test.json`))
        expect(answer.status).toBe(200)
        expect(answer.body).toEqual({
          data: {
            id: expect.stringMatching(/^[1-9]\d*$/),
            type: 'webhook-deliveries',
            attributes: {
              'webhook-id': Number(id),
              event: 'ping',
              attempt: 1,
              state: 'pending',
              'response-code': null,
              error: null,
              'created-at': expect.stringMatching(/Z$/),
            },
          },
        })
        expect(Object.keys(answer.body.data.attributes)).toEqual([
          'webhook-id',
          'event',
          'attempt',
          'state',
          'response-code',
          'error',
          'created-at',
        ])
        expect(receiver.received).toEqual([])
        await drain()
        const [got] = receiver.received as [Received]
        expect(got.headers['x-assay-event']).toBe('ping')
        expect(got.headers['webhook-signature']).toBe(expectedSignatures(got, key(7)))
        expect(got.body).toMatchObject({ event: 'ping', data: { id, type: 'webhooks' } })
        expect(got.text).not.toContain('whsec_')
        const list = await app.get(app.p(`/webhooks/${id}/deliveries.json`))
        expect(list.body.data).toEqual([
          {
            ...answer.body.data,
            attributes: { ...answer.body.data.attributes, state: 'delivered', 'response-code': 200 },
          },
        ])
        expect(list.body).toMatchObject({ links: {}, meta: { 'total-count': 1, 'total-pages': 1 } })
      }
    })

    it('is retried like every delivery', async () => {
      const id = await hook()
      await app.post(app.p(`/webhooks/${id}/test.json`))
      receiver.answer = 500
      await drain()
      ahead = 6000
      receiver.answer = 200
      await drain()
      expect((await log(id)).map(({ event, attempt, state }) => [event, attempt, state])).toEqual([
        ['ping', 2, 'delivered'],
        ['ping', 1, 'failed'],
      ])
    })
  })

  it('keeps and lists the last 100 attempts, newest first, in pages', async () => {
    const id = await hook()
    for (let i = 0; i < 103; i++) await app.post(app.p(`/webhooks/${id}/test.json`))
    await makeTest()
    await drain()
    const list = await app.get(app.p(`/webhooks/${id}/deliveries.json`))
    expect(list.body.data).toHaveLength(100)
    const ids = list.body.data.map((each: Json) => Number(each.id))
    expect(ids).toEqual([...ids].sort((a, b) => b - a))
    expect(list.body.meta['total-count']).toBe(100)
    const page = await app.get(app.p(`/webhooks/${id}/deliveries.json?page[size]=30&page[number]=4`))
    expect(page.body.data).toHaveLength(10)
    const kept = await app.database.read.db.selectFrom('webhook_deliveries').selectAll().execute()
    expect(kept.length).toBeLessThanOrEqual(101)
  })

  it('never hold up the request that queued them, and are made once by two workers at a time', async () => {
    const answers: (() => void)[] = []
    receiver.answer = (response) => {
      answers.push(() => response.end())
    }
    const id = await hook()
    const workers = [deliverer(), deliverer()]
    for (const worker of workers) worker.start()
    try {
      // All of them are answered while the receiver has answered nothing.
      await Promise.all(Array.from({ length: 12 }, (_, i) => makeTest(`t${i}`)))
      for (const worker of workers) worker.wake()
      const finish = setInterval(() => answers.splice(0).forEach((answer) => void answer()), 20)
      await expect.poll(() => log(id).then((attempts) => attempts.length)).toBe(12)
      clearInterval(finish)
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(12)
      expect(receiver.received).toHaveLength(12)
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  })

  it('are with one worker until its lease ends, then with the next', async () => {
    await hook()
    await makeTest()
    await app.database.write(0, async ({ db }) => {
      await db
        .updateTable('webhook_messages')
        .set({ next_attempt_at: Date.now() + 60_000 })
        .execute()
    })
    await drain()
    expect(receiver.received).toEqual([])
    ahead = 61_000
    await drain()
    expect(receiver.received).toHaveLength(1)
  })

  it('of a slow receiver do not hold up those of another', async () => {
    const slow = await startReceiver()
    slow.answer = () => {}
    // The slow one is waited for longer than this test may take.
    const worker = deliverer({ timeout: 600_000 })
    try {
      await hook({ url: slow.url })
      for (let i = 0; i < 6; i++) await makeTest()
      await hook()
      worker.start()
      await expect.poll(() => slow.received.length).toBeGreaterThan(0)
      await makeTest('quick')
      worker.wake()
      await expect.poll(() => receiver.received.length).toBe(1)
    } finally {
      await slow.close()
      await worker.stop()
    }
  })
})
