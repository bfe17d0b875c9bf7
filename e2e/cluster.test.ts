import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPostgresDatabase } from '../test-support/postgres-database.ts'
import { type Receiver, startReceiver } from '../test-support/webhook-receiver.ts'
import { type Json, newFolder, type ServerProcess, startServer } from './server-process.ts'
import { brokenLinks, keptAndComputed, readProject } from './stored-project.ts'

/** Writes that every client makes; `ASSAY_CLUSTER_WRITES=2000` makes it a long run. */
const WRITES = Number(process.env.ASSAY_CLUSTER_WRITES ?? 40)
const CLIENTS = 12

/** What was created and acknowledged. */
interface Made {
  displayIds: Map<string, number[]>
  /** Marks of runs, each with the id that was answered. */
  runs: Map<string, number>
}

const post = (body: unknown, headers: Record<string, string> = {}) => ({ method: 'POST', body, headers })

describe('three servers on one PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>
  let receiver: Receiver
  let nodes: ServerProcess[] = []
  let project: number
  let author: number
  const made: Made = { displayIds: new Map(), runs: new Map() }

  const at = (path: string) => `/projects/${project}${path}`
  const anyNode = () => nodes[Math.floor(Math.random() * nodes.length)] as ServerProcess

  async function ask(
    node: ServerProcess,
    path: string,
    { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: Json; headers: Headers }> {
    const answer = await fetch(`${node.url}/api/v2${path}`, {
      method,
      headers: { pttoken: node.token, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json(), headers: answer.headers }
  }

  async function create(node: ServerProcess, path: string, data: object): Promise<Json> {
    const answer = await ask(node, at(path), post({ data }))
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    for (const row of [answer.body.data].flat()) {
      const number = row.attributes['display-id']
      if (typeof number === 'number') made.displayIds.set(row.type, [...(made.displayIds.get(row.type) ?? []), number])
    }
    return answer.body.data
  }

  /** Every id of a list, each page asked of the next node. */
  async function walk(path: string): Promise<string[]> {
    const ids: string[] = []
    for (let [next, turn]: [string | undefined, number] = [at(path), 0]; next !== undefined; turn++) {
      const node = nodes[turn % nodes.length] as ServerProcess
      const { body } = await ask(node, next)
      ids.push(...body.data.map(({ id }: Json) => id))
      next = body.links.next?.slice(`${node.url}/api/v2`.length)
    }
    return ids
  }

  async function expectConsistent(): Promise<void> {
    const stored = await readProject(database.url, project)
    const { kept, computed } = keptAndComputed(stored)
    expect(kept).toEqual(computed)
    expect(brokenLinks(stored)).toEqual([])
    const numbers = new Set(stored.instances.map((row) => `${row.set_id}:${row.number}`))
    expect(numbers.size).toBe(stored.instances.length)
    const ids = [stored.tests, stored.sets, stored.instances, stored.runs, stored.issues, stored.requirements].flat()
    expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length)
  }

  const errors = () =>
    nodes.flatMap((node) =>
      node
        .output()
        .split('\n')
        .filter((line) => /"level":[56]0/.test(line)),
    )

  beforeAll(async () => {
    database = await createPostgresDatabase(inject('postgresUrl'))
    receiver = await startReceiver()
    const env = { DATABASE_URL: database.url, ASSAY_WEBHOOK_PRIVATE: 'allow' }
    const dataDir = newFolder()
    // All at once, on an empty database.
    nodes = await Promise.all([1, 2, 3].map(() => startServer({ env, dataDir })))
    const [first] = nodes as [ServerProcess]
    expect((await ask(first, '/projects.json')).body.data).toHaveLength(1)
    author = Number((await ask(first, '/users.json')).body.data[0].id)
    project = Number(
      (await ask(first, '/projects.json', post({ data: { attributes: { name: 'Cluster' } } }))).body.data.id,
    )
  })

  afterAll(async () => {
    await Promise.allSettled(nodes.map((node) => node.stop()))
    await receiver?.close()
    await database?.drop()
  })

  it(
    'count display-ids without a gap, keep roll-ups and links, whoever writes what where',
    async () => {
      const named = (name: string) => ({ attributes: { name, 'author-id': author } })
      const tests = [
        ...(await create(
          anyNode(),
          '/tests.json',
          Array.from({ length: 8 }, (_, n) => named(`Test ${n}`)),
        )),
      ]
      const testIds: number[] = tests.map(({ id }) => Number(id))
      const sets = await Promise.all(
        [0, 1, 2].map((n) =>
          create(anyNode(), '/sets.json', { ...named(`Set ${n}`), instances: { 'test-ids': testIds } }),
        ),
      )
      const requirements: number[] = []
      for (const n of [0, 1, 2, 3]) {
        requirements.push(Number((await create(anyNode(), '/requirements.json', named(`Requirement ${n}`))).id))
      }
      const instances: number[] = (await walk('/instances.json?page[size]=5')).map(Number)
      expect(instances).toHaveLength(24)
      const pick = <T>(from: readonly T[]) => from[Math.floor(Math.random() * from.length)] as T

      /** One write on some node; a row that somebody else deleted meanwhile may be refused, nothing else. */
      async function write(kind: number, tag: string): Promise<void> {
        const node = anyNode()
        if (kind === 0) await create(node, '/tests.json', [named(`a ${tag}`), named(`b ${tag}`)])
        if (kind === 1) await create(node, '/issues.json', { attributes: { title: tag, 'author-id': author } })
        if (kind === 2) {
          const data = Array.from({ length: 20 }, (_, n) => ({
            attributes: { 'instance-id': pick(instances), 'automated-execution-output': `${tag} ${n}` },
            steps: { data: [{ name: 'Pay', status: pick(['PASSED', 'FAILED', 'BLOCKED']) }] },
          }))
          const answer = await ask(node, at('/runs.json'), post({ data }))
          // An instance may be gone: then the whole upload is refused, and named.
          expect([200, 422], JSON.stringify(answer.body)).toContain(answer.status)
          for (const [n, run] of (answer.body.data ?? []).entries()) made.runs.set(`${tag} ${n}`, Number(run.id))
        }
        if (kind === 3) {
          const path = at(`/requirements/${pick(requirements)}/relationships/tests.json`)
          const body = { data: [{ id: pick(testIds) }, { id: pick(testIds) }] }
          const answer = await ask(node, path, { method: pick(['POST', 'DELETE', 'PATCH']), body })
          expect([200, 404, 422], JSON.stringify(answer.body)).toContain(answer.status)
        }
        if (kind === 4) {
          const attributes = { 'set-id': sets[0].id, 'exit-code': pick([0, 1]) }
          const data = {
            attributes,
            'test-attributes': { name: `Found or made ${pick([1, 2, 3])}`, 'author-id': author },
          }
          const answer = await ask(node, at('/runs/auto_create.json'), post({ data }))
          expect(answer.status, JSON.stringify(answer.body)).toBe(200)
          made.runs.set(`auto ${tag}`, Number(answer.body.data.id))
        }
        if (kind === 5) {
          const run = pick([...made.runs.keys()])
          const id = made.runs.get(run)
          made.runs.delete(run)
          if (id !== undefined)
            expect([200, 404]).toContain((await ask(node, at(`/runs/${id}.json`), { method: 'DELETE' })).status)
        }
        // Rarely, or there would soon be nothing to roll up.
        if (kind === 6 && Math.random() < 4 / WRITES) {
          const path = pick([`/instances/${pick(instances)}.json`, `/tests/${pick(testIds)}.json`])
          expect([200, 404]).toContain((await ask(node, at(path), { method: 'DELETE' })).status)
        }
      }

      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let n = 0; n < WRITES; n++) await write((client + n) % 7, `${client} ${n}`)
      })
      await Promise.all(clients)

      await expectConsistent()
      for (const type of ['issues', 'requirements']) {
        const numbers = (made.displayIds.get(type) ?? []).sort((a, b) => a - b)
        expect(numbers, type).toEqual(Array.from({ length: numbers.length }, (_, n) => n + 1))
      }
      const stored = await readProject(database.url, project)
      const auto = stored.tests.filter(({ name }) => name.startsWith('Found or made'))
      expect(new Set(auto.map(({ name }) => name)).size).toBe(auto.length)
      // Tests made by auto_create are not in the answers; with them there is no gap either.
      const numbers = [...(made.displayIds.get('tests') ?? []), ...auto.map((test) => test.display_id)]
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: numbers.length }, (_, n) => n + 1))
      // What every node shows is what is stored, and a walk across nodes meets every row once.
      const walked = (await walk('/runs.json?page[size]=97')).map(Number).sort((a, b) => a - b)
      expect(walked).toEqual(stored.runs.map(({ id }) => id))
      for (const node of nodes) {
        const { body } = await ask(node, at('/tests.json?page[size]=1'))
        expect(body.meta['total-count']).toBe(stored.tests.length)
      }
      expect(errors()).toEqual([])
    },
    120_000 + WRITES * 2_000,
  )

  it('execute a request once, whichever of them gets its Idempotency-Key again', async () => {
    const body = { data: { attributes: { name: 'Once', 'author-id': author } } }
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all(nodes.map((node) => ask(node, at('/tests.json'), post(body, headers))))
    const stored = answers.filter(({ status }) => status === 200)
    expect(stored.length).toBeGreaterThan(0)
    for (const { status } of answers) expect([200, 409]).toContain(status)
    for (const node of nodes) {
      const again = await ask(node, at('/tests.json'), post(body, headers))
      expect([again.status, again.body.data.id]).toEqual([200, stored[0]?.body.data.id])
      expect(again.headers.get('idempotent-replayed')).toBe('true')
    }
    expect((await ask(anyNode(), at('/tests.json?name_exact=Once'))).body.data).toHaveLength(1)
  })

  it('refuse a token, and a member, as soon as one of them was told to', async () => {
    const [first, second, third] = nodes as [ServerProcess, ServerProcess, ServerProcess]
    const { body } = await ask(first, '/tokens.json', post({ data: { attributes: { name: 'Short-lived' } } }))
    const asIt = { headers: { pttoken: body.data.attributes.token } }
    const path = `/tokens/${body.data.id}.json`
    for (const node of [second, third]) expect((await ask(node, '/projects.json', asIt)).status).toBe(200)
    await ask(first, path, { method: 'PUT', body: { data: { attributes: { enabled: false } } } })
    for (const node of [second, third]) expect((await ask(node, '/projects.json', asIt)).status).toBe(401)
    await ask(second, path, { method: 'PUT', body: { data: { attributes: { enabled: true } } } })
    for (const node of nodes) expect((await ask(node, '/projects.json', asIt)).status).toBe(200)
    await ask(third, path, { method: 'DELETE' })
    for (const node of nodes) expect((await ask(node, '/projects.json', asIt)).status).toBe(401)

    const attributes = { email: 'm@example.org', 'display-name': 'M' }
    const user = (await ask(first, '/users.json', post({ data: { attributes } }))).body.data
    const personal = (await ask(second, `/users/${user.id}/personal_token.json`, post(undefined))).body.data
    const asMember = { headers: { pttoken: personal.attributes.token } }
    const groups = (await ask(first, at('/groups.json'))).body.data
    const group = groups.find((each: Json) => each.attributes.name === 'Testers')
    const members = at(`/groups/${group.id}/relationships/users.json`)
    await ask(first, members, post({ data: [{ id: user.id }] }))
    for (const node of nodes) expect((await ask(node, at('/tests.json'), asMember)).status).toBe(200)
    await ask(first, members, { method: 'DELETE', body: { data: [{ id: user.id }] } })
    for (const node of nodes) expect((await ask(node, at('/tests.json'), asMember)).status).toBe(404)
  })

  it('tell a webhook of every event once, and serve a file that another of them took', async () => {
    const attributes = { name: 'Events', url: receiver.url, events: ['issue.created'] }
    await create(anyNode(), '/webhooks.json', { attributes })
    const titles = Array.from({ length: 60 }, (_, n) => `Told ${n}`)
    const issues = await Promise.all(
      titles.map((title, n) =>
        create(nodes[n % 3] as ServerProcess, '/issues.json', { attributes: { title, 'author-id': author } }),
      ),
    )
    const told = () => receiver.received.map(({ body }) => body.data.attributes.title)
    await expect.poll(() => receiver.received.length).toBeGreaterThanOrEqual(titles.length)
    // Long enough for a second delivery to show itself: every node looks for due messages once a second.
    await sleep(2_500)
    expect(told().sort()).toEqual([...titles].sort())

    const files = { data: [{ filename: 'note.txt', content_encoded: Buffer.from('safe\n').toString('base64') }] }
    const [first, second] = nodes as [ServerProcess, ServerProcess]
    const file = await ask(
      first,
      at('/attachments.json'),
      post({ entity: 'issue', 'entity-id': issues[0].id, data: { files } }),
    )
    const id = file.body.data[0].id
    const answer = await fetch(`${second.url}/api/v2${at(`/attachments/${id}`)}`, {
      headers: { pttoken: second.token },
    })
    expect(await answer.text()).toBe('safe\n')
  })

  it('lose nothing that was acknowledged when one of them is killed', async () => {
    const instances = (await walk('/instances.json')).map(Number)
    const [victim, ...others] = nodes as [ServerProcess, ...ServerProcess[]]
    const acknowledged: string[] = []
    const unanswered: { key: string; instance: number }[] = []
    const upload = async (node: ServerProcess, { key, instance }: { key: string; instance: number }) => {
      const one = (n: number) => ({
        attributes: { 'instance-id': instance, 'exit-code': n % 2, 'automated-execution-output': `${key} ${n}` },
      })
      const body = { data: [0, 1, 2].map(one) }
      return ask(node, at('/runs.json'), post(body, { 'idempotency-key': key }))
    }
    let [acknowledgedByVictim, stop] = [0, false]
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = 0; !stop; n++) {
        const node = nodes[(client + n) % 3] as ServerProcess
        const request = { key: randomUUID(), instance: instances[(client * 7 + n) % instances.length] as number }
        const answer = await upload(node, request).catch(() => undefined)
        if (answer === undefined) unanswered.push(request)
        else {
          expect(answer.status, JSON.stringify(answer.body)).toBe(200)
          acknowledged.push(request.key)
          if (node === victim) acknowledgedByVictim++
        }
      }
    })
    await expect.poll(() => acknowledgedByVictim, { interval: 20 }).toBeGreaterThan(20)
    await victim.stop('SIGKILL')
    // The others go on.
    const before = acknowledged.length
    await expect.poll(() => acknowledged.length, { interval: 20 }).toBeGreaterThan(before + 50)
    stop = true
    await Promise.all(clients)
    nodes = others
    expect(acknowledgedByVictim).toBeGreaterThan(0)
    expect(acknowledged.length).toBeGreaterThan(before)
    expect(unanswered.length).toBeGreaterThan(0)
    // A client does what one does after a lost answer: the same again, to another server.
    for (const request of unanswered) {
      let answer = await upload(anyNode(), request)
      // PostgreSQL may still be ending the transaction of the one that died.
      for (let n = 0; answer.status === 409 && n < 600; n++) {
        await sleep(100)
        answer = await upload(anyNode(), request)
      }
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    }
    const stored = new Map<string, number>()
    for (const { automated_execution_output: output } of (await readProject(database.url, project)).runs) {
      stored.set(String(output), (stored.get(String(output)) ?? 0) + 1)
    }
    for (const key of [...acknowledged, ...unanswered.map((request) => request.key)]) {
      expect(
        [0, 1, 2].map((n) => stored.get(`${key} ${n}`)),
        key,
      ).toEqual([1, 1, 1])
    }
    await expectConsistent()
    expect(errors()).toEqual([])
  })

  it('know at once that a project was deleted, and clean up after it together', async () => {
    const [first, ...others] = nodes as [ServerProcess, ...ServerProcess[]]
    const answer = await ask(first, `/projects/${project}.json`, { method: 'DELETE', body: { confirm: 'Cluster' } })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    for (const node of others) expect((await ask(node, at('/tests.json'))).status).toBe(404)
    const left = async () => {
      const { runs, tests, sets, links } = await readProject(database.url, project)
      return runs.length + tests.length + sets.length + links.length
    }
    await expect.poll(left, { interval: 200 }).toBe(0)
    expect(errors()).toEqual([])
  })
})
