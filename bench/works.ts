import { type Seeded, testName } from './seed.ts'

/** One row of the table: requests to send, and what they are compared with. */
export interface Work {
  name: string
  clients: number
  method?: 'GET' | 'POST'
  paths: string[]
  body?: (n: number) => string
  /** Runs stored by one request, where that is what counts. */
  runsEach?: number
  /** What it is compared with, as a share of its rate or a multiple of its p50. */
  against: 'bare Fastify' | 'bare HTTP' | 'raw SQLite' | 'plain list' | 'nothing'
  /** At least this share of the limit's rate, or at most this multiple of its p50, or at least so many runs a second. */
  target?: { rateShare?: number; p50Times?: number; runsPerSecond?: number }
  /** Whether its p50 is held against that on the small database too. */
  grows: boolean
}

const STRIDE = 7919
const CLIENTS = 32

/** Numbers spread over `count`, the same in every run. */
const spread = (count: number, of: number) => Array.from({ length: of }, (_, i) => (i * STRIDE) % count)

/** Everything that is measured on a seeded database, in the order of the table. */
export function worksFor({ projectId, size, first }: Seeded): Work[] {
  const project = `/api/v2/projects/${projectId}`
  const tests = `${project}/tests.json`
  const query = (text: string) => `${tests}?${text}`
  const ptql = (text: string) => query(`ptql=${encodeURIComponent(text)}`)
  const reads = (name: string, paths: string[], more: Partial<Work> = {}): Work => ({
    name,
    paths,
    clients: CLIENTS,
    against: 'plain list',
    grows: true,
    ...more,
  })
  const atMost = (p50Times: number) => ({ target: { p50Times } })
  const some = spread(size.tests, 200)
  const instance = (n: number) => first.instances + ((n * STRIDE) % size.instances)
  const [middle, end] = [first.tests + Math.floor(size.tests / 2), first.tests + size.tests - 150]
  const after = (id: number) =>
    query(`page%5Bnumber%5D=2&page%5Bafter%5D=${id}&page%5Bfor%5D=2x100&page%5Btotal%5D=${size.tests}`)
  return [
    reads(
      'show one test',
      spread(size.tests, 1000).map((n) => `${project}/tests/${first.tests + n}.json`),
      { against: 'bare Fastify', target: { rateShare: 0.55 } },
    ),
    reads('list 100 tests, first page', [tests], { against: 'bare HTTP', target: { rateShare: 0.25 } }),
    reads('list 100 tests, middle of links.next', [after(middle)], atMost(2)),
    reads('list 100 tests, end of links.next', [after(end)], atMost(2)),
    reads(
      'name_exact',
      some.map((n) => query(`name_exact=${encodeURIComponent(testName(n))}`)),
      atMost(3),
    ),
    reads(
      'display-ids, 10 of them',
      some.map((n) => query(`display-ids=${spread(size.tests, 10).map((m) => ((n + m) % size.tests) + 1)}`)),
      atMost(3),
    ),
    reads('PTQL on status', [ptql('Status = "To Repair"')], atMost(3)),
    reads('PTQL on a custom field', [ptql('Component = "Part 7"')], atMost(3)),
    reads('PTQL LINKED TO', [ptql('LINKED TO Requirement WHERE (Priority = "Urgent")')], atMost(3)),
    reads(
      'name_like, 7 letters',
      some.map((n) => query(`name_like=${String(n).padStart(7, '0')}`)),
      atMost(5),
    ),
    reads('PTQL that selects a third of all', [ptql('Priority = "High"')], { clients: 4, grows: false }),
    reads('name_like, a word of every tenth test', [query('name_like=checkout')], { clients: 4, grows: false }),
    {
      name: 'POST one run with 3 steps',
      method: 'POST',
      paths: [`${project}/runs.json`],
      clients: CLIENTS,
      against: 'raw SQLite',
      target: { rateShare: 2 },
      grows: true,
      body: (n) =>
        JSON.stringify({
          data: {
            type: 'instances',
            attributes: { 'instance-id': instance(n) },
            steps: { data: [1, 2, 3].map((step) => ({ name: `Step ${step}`, status: 'PASSED' })) },
          },
        }),
    },
    {
      name: 'POST 100 runs in bulk',
      method: 'POST',
      paths: [`${project}/runs.json`],
      clients: 4,
      runsEach: 100,
      against: 'nothing',
      target: { runsPerSecond: 10_000 },
      grows: true,
      body: (n) =>
        JSON.stringify({
          data: Array.from({ length: 100 }, (_, i) => ({
            type: 'instances',
            attributes: { 'instance-id': first.instances + ((n * 100 + i) % size.instances), 'exit-code': 0 },
          })),
        }),
    },
  ]
}
