import type { RawRequest } from './probed-server.ts'

/** A kind of input, made in any size. */
export interface HostileInput {
  name: string
  /** The largest size that passes the limits of the protocol, in bytes of the input. */
  limit: number
  make(size: number, ids: Ids): RawRequest
  /** Answers that are right. */
  status: number | readonly number[]
}

/** What there is to name in a path or body. */
export interface Ids {
  project: string
  instance: number
  author: number
  requirement: number
  numberField: number
}

const KIB = 1024
const MIB = 1024 * KIB
const LINE = 250 * KIB
const BODY = 95 * MIB

const fill = (unit: string, size: number) => unit.repeat(Math.max(1, Math.floor(size / Buffer.byteLength(unit))))
const json = (value: unknown) => JSON.stringify(value)

/** A query on a list of the project. */
const query = (
  name: string,
  make: (size: number) => string,
  status: HostileInput['status'],
  path = 'tests',
): HostileInput => ({
  name: `query: ${name}`,
  limit: LINE,
  status,
  make: (size, { project }) => ({ method: 'GET', target: `/api/v2/projects/${project}/${path}.json?${make(size)}` }),
})

const header = (
  name: string,
  headers: (size: number) => Record<string, string>,
  status: HostileInput['status'],
): HostileInput => ({
  name: `header: ${name}`,
  limit: LINE,
  status,
  make: (size, { project }) => ({
    method: 'GET',
    target: `/api/v2/projects/${project}/tests.json`,
    headers: headers(size),
  }),
})

const path = (name: string, make: (size: number) => string, status: HostileInput['status']): HostileInput => ({
  name: `path: ${name}`,
  limit: LINE,
  status,
  make: (size) => ({ method: 'GET', target: make(size) }),
})

interface BodyOptions {
  status: HostileInput['status']
  limit?: number
  path?: string
  method?: string
  headers?: Record<string, string>
}

const body = (
  name: string,
  make: (size: number, ids: Ids) => string | Buffer,
  { status, limit = BODY, path = 'tests', method = 'POST', headers = {} }: BodyOptions,
): HostileInput => ({
  name: `body: ${name}`,
  limit,
  status,
  make: (size, ids) => ({
    method,
    target: path.startsWith('/')
      ? path
      : `/api/v2/projects/${ids.project}/${path.replace('REQUIREMENT', String(ids.requirement))}.json`,
    headers,
    body: make(size, ids),
  }),
})

/** A test whose attribute is a text of the given size. */
const attribute = (key: string, make: (size: number) => string, options: BodyOptions): HostileInput =>
  body(
    `attribute ${key}, ${JSON.stringify(make(12)).slice(0, 24)}…`,
    (size, { author }) => `{"data":{"attributes":{"name":"x","author-id":${author},${json(key)}:${json(make(size))}}}}`,
    options,
  )

const repeated = (unit: string) => (size: number) => fill(unit, size)
const V1 = '/api/v1/automated_tests/upload_test_result.json'

/** Many elements of a bulk body, as large together as asked. */
const bulk =
  (element: (ids: Ids) => string, count = 100) =>
  (size: number, ids: Ids) => {
    const one = element(ids)
    const filler = fill('a', size / count)
    return `{"data":[${Array.from({ length: count }, () => one.replace('FILL', filler)).join()}]}`
  }

/** A BDD test with a scenario of the given size. */
const scenario = (name: string, make: (size: number) => string): HostileInput =>
  body(
    `a scenario of ${name}`,
    (size, { author }) => {
      const attributes = { name: 'x', 'author-id': author, 'test-type': 'BDDTest', scenario: make(size - 60) }
      return json({ data: { attributes } })
    },
    { status: 200, limit: MIB },
  )

export const INPUTS: readonly HostileInput[] = [
  query('digits and a letter as an id', (size) => `test-ids=${fill('1', size)}x`, 422, 'instances'),
  query(
    'digits and a letter as an entity id',
    (size) => `entity=test&entity-id=${fill('1', size)}x`,
    [404, 422],
    'attachments',
  ),
  query('many ids', (size) => `test-ids=${fill('1,', size)}`, 200, 'instances'),
  query('many other ids', (size) => `display-ids=${Array.from({ length: size / 8 }, (_, n) => 1_000_000 + n)}`, 200),
  query('blank members', (size) => `test-ids=${fill(',%20,', size)}`, 200, 'instances'),
  query('many instances by display-id', (size) => `display-id=${fill('1:2,', size)}`, 200, 'instances'),
  query('broken escapes', (size) => fill('%zz=%zz&', size), 200),
  query('escapes that are no UTF-8', (size) => `name_exact=${fill('%ff', size)}`, 200),
  query('names without values', (size) => fill('a&', size), 200),
  query('one name many times', (size) => fill('test-ids=1&', size), 200, 'instances'),
  query('brackets', (size) => fill('page[size][]=1&', size), 200),
  query('a long page number', (size) => `page[number]=${fill('9', size)}`, 200),
  query('a long page size and a letter', (size) => `page[size]=${fill('9', size)}x`, 422),
  query('a long name', (size) => `name_exact=${fill('a', size)}`, 200),
  query('a long part of a name', (size) => `name_like=${fill('a%25', size)}`, 200),
  query('spaces as a part of a name', (size) => `name_like=${fill('+', size)}x`, 200),
  query('a number of hours and a letter', (size) => `updated-hours-ago=0.${fill('0', size)}x`, 422, 'runs'),
  query('a number of hours', (size) => `updated-hours-ago=0.${fill('0', size)}1`, 422, 'runs'),
  query('orders', (size) => `sort=${fill('-name,', size)}`, 422),
  query('a long order', (size) => `sort=${fill('-', size)}name`, 422),
  query('many values of an attribute', (size) => `run-status=${fill('a,', size)}`, 422),
  query('a long word', (size) => `run-status=${fill('_-', size)}`, 200),
  query('a long time', (size) => `created-at=${fill('1', size)}`, 422),
  query('many custom fields', (size) => fill('---f-1=1&', size), 422),
  query(
    'other custom fields',
    (size) => Array.from({ length: size / 14 }, (_, n) => `---f-${1_000_000 + n}=1`).join('&'),
    422,
  ),
  query('PTQL over its length', (size) => `ptql=${fill('(', size)}`, 422),
  query('PTQL of nots', (size) => `ptql=${fill('NOT+', Math.min(size, 3_900))}Name="a"`, [200, 422]),
  query('PTQL of alternatives', (size) => `ptql=${fill('ID=1+OR+', Math.min(size, 3_900))}ID=1`, [200, 422]),
  query('PTQL of wildcards', (size) => `ptql=Name+LIKE+"${fill('%25a', Math.min(size, 3_900))}"`, 200),
  query('PTQL of quotes', (size) => `ptql=Name="${fill('\\"', Math.min(size, 3_900))}`, 422),

  header('basic credentials', (size) => ({ PTToken: '', Authorization: `Basic ${fill('QQ==', size)}` }), 401),
  header('pairs of a custom scheme', (size) => ({ Authorization: `custom ${fill('a=b,', size)}` }), [200, 401]),
  header('colons as a token', (size) => ({ PTToken: fill(':', size) }), 401),
  header('spaces as a token', (size) => ({ Authorization: `Bearer${fill(' ', size)}x` }), [200, 401]),
  header('ranges of Accept', (size) => ({ Accept: fill('image/*;q=0.1,', size) }), 406),
  header('commas in Accept', (size) => ({ Accept: `${fill(', ', size)}*/*` }), 200),
  header('quotes in Accept', (size) => ({ Accept: `a/b;c="${fill('\\"', size)}` }), [200, 406]),
  header('a long Host', (size) => ({ Host: fill('a.', size) }), 400),
  header('a long Accept-Encoding', (size) => ({ 'Accept-Encoding': fill('gzip;q=0,', size) }), 200),
  header('a long Forwarded', (size) => ({ 'X-Forwarded-For': fill('1.1.1.1,', size) }), 200),

  path('slashes', repeated('/'), [401, 404]),
  path('dots', (size) => `/api/v2/${fill('a.', size)}json`, [401, 404]),
  path('escapes', (size) => `/api/v2/${fill('%2f', size)}`, [401, 404]),
  path('a long id', (size) => `/api/v2/projects/${fill('9', size)}.json`, [401, 404]),
  path('many segments', (size) => `/api/v2${fill('/a', size)}`, [401, 404]),
  path('a long signed token', (size) => `/files/${fill('1-', size)}`, [401, 404]),

  body('opening brackets', repeated('['), { status: 413 }),
  body('opening objects', repeated('{"a":'), { status: 413 }),
  body('newlines', repeated('\n'), { status: 400 }),
  body(
    'spaces, then a body',
    (size, { author }) => `${fill(' ', size)}{"data":{"attributes":{"name":"x","author-id":${author}}}}`,
    { status: 200 },
  ),
  body('closing brackets', repeated(']'), { status: 400 }),
  body('quotes', repeated('"'), { status: 400 }),
  body('backslashes', (size) => `{"a":"${fill('\\\\', size)}"}`, { status: 400 }),
  body('half an escape', (size) => `{"a":"${fill('\\n', size)}\\`, { status: 400 }),
  body('escapes of halves of characters', (size) => `{"a":"${fill('\\ud83d', size)}"}`, { status: 400 }),
  body('digits', repeated('1'), { status: 413 }),
  body('bytes of nothing', (size) => Buffer.alloc(size), { status: 400 }),
  body('bytes that are no UTF-8', (size) => Buffer.alloc(size, 0xff), { status: 400 }),
  body('a body that ends in the middle of a text', (size) => `{"data":{"attributes":{"name":"${fill('a', size)}`, {
    status: 400,
  }),
  body('wrong JSON behind a long text', (size) => `{"data":{"attributes":{"description":"${fill('a', size)}"} x`, {
    status: 400,
  }),
  body('raw control characters', (size) => `{"data":{"attributes":{"description":"${fill('\u001b\n', size)}"}}}`, {
    status: 422,
  }),
  body('small values', (size) => `{"data":[${fill('1,', Math.min(size, 3_900_000))}1]}`, { status: 422 }),
  body('small values over the limit', (size) => `{"data":[${fill('1,', size)}1]}`, { status: [413, 422] }),
  body('empty objects', (size) => `{"data":[${fill('{},', Math.min(size, 5_900_000))}{}]}`, { status: 422 }),
  body(
    'many members',
    (size) => `{"data":{"attributes":{${Array.from({ length: size / 12 }, (_, n) => `"k${n}":0`)}}}}`,
    { status: [413, 422], limit: 24 * MIB },
  ),
  body('one member many times', (size) => `{"data":{"attributes":{${fill('"a":1,', size)}"b":1}}}`, {
    status: [413, 422],
  }),
  body(
    'unknown attributes and tags that are numbers',
    (size, { author }) =>
      `{"data":{"attributes":{"name":"x","author-id":${author},${Array.from({ length: Math.min(90_000, size / 12) }, (_, n) => `"k${n}":0`)},"tags":[${Array.from({ length: 200 }, (_, n) => n + 0.5)}]}}}`,
    { status: 200, limit: 1_200_000 },
  ),
  body(
    'bulk elements of many members',
    (size, { author }) =>
      `{"data":[${Array.from({ length: 100 }, () => `{"attributes":{"name":"x","author-id":${author},${Array.from({ length: size / 1200 }, (_, n) => `"k${n}":0`)}}}`)}]}`,
    { status: [200, 413], limit: 16 * MIB },
  ),
  body(
    'bulk elements that are wrong',
    (size) =>
      `{"data":[${Array.from({ length: 100 }, () => `{"attributes":{"name":[${fill('1,', Math.min(size, 3_000_000) / 100)}1],"steps":[${fill('1,', Math.min(size, 3_000_000) / 200)}1]}}`)}]}`,
    { status: [413, 422], limit: 6 * MIB },
  ),

  attribute('name', repeated('a'), { status: 422 }),
  attribute('name', repeated('😀'), { status: 422 }),
  attribute('name', repeated(' '), { status: 422 }),
  attribute('description', repeated('é'), { status: [200, 422] }),
  attribute('description', repeated('<'), { status: 200, limit: MIB - 8 }),
  attribute('tags', repeated(','), { status: [200, 422] }),
  attribute('tags', repeated('a,'), { status: [200, 422] }),
  attribute('duration-estimate', (size) => `${fill('1', size)}x`, { status: 422 }),
  attribute('duration-estimate', (size) => `${fill(' ', size)}1`, { status: [200, 422] }),
  attribute('planned-execution', (size) => `2026-01-01T00:00:00.${fill('1', size)}x`, { status: 422 }),
  attribute('planned-execution', (size) => `2026-01-01${fill(' ', size)}x`, { status: 422 }),
  attribute('folder-id', (size) => `${fill('1', size)}x`, { status: 422 }),
  attribute('assigned-to-id', repeated('1'), { status: 422 }),
  attribute('version', repeated('a'), { status: 422 }),
  attribute('automated-fields', repeated('a'), { status: 422 }),
  attribute('test-type', repeated('a'), { status: 422 }),
  body(
    'a number with many digits for a text',
    (size, { author }) => `{"data":{"attributes":{"name":"x","author-id":${author},"version":0.${fill('0', size)}1}}}`,
    { status: 413 },
  ),
  body(
    'unknown custom fields',
    (size, { author }) =>
      `{"data":{"attributes":{"name":"x","author-id":${author},"custom-fields":{${Array.from({ length: Math.min(90_000, size / 16) }, (_, n) => `"---f-${n + 7}":"x"`)}}}}}`,
    { status: 422, limit: 1_400_000 },
  ),
  body(
    'a number field',
    (size, { author, numberField }) =>
      `{"data":{"attributes":{"name":"x","author-id":${author},"custom-fields":{"---f-${numberField}":"0.${fill('0', size)}1"}}}}`,
    { status: 422 },
  ),

  scenario('table rows', (size) => `Scenario Outline: a\nGiven <a>\nExamples:\n|a|\n${fill('|b|\n', size)}`),
  scenario('bars', (size) => `Scenario Outline: a\nGiven <a>\nExamples:\n${fill('|', size)}`),
  scenario('placeholders', (size) => `Scenario: a\nGiven ${fill('<a', size)}`),
  scenario('doc strings', (size) => `Scenario: a\nGiven b\n${fill('"""\n', size)}`),
  scenario('spaces', (size) => `${fill(' ', size)}x`),

  body(
    'runs with long texts',
    bulk(({ instance }) => `{"attributes":{"instance-id":${instance},"automated-execution-output":"FILL"}}`),
    { status: 200, path: 'runs' },
  ),
  body(
    'runs with many steps',
    (size, { instance }) =>
      json({
        data: Array.from({ length: 10 }, () => ({
          attributes: { 'instance-id': instance },
          steps: Array.from({ length: Math.min(10_000, size / 500) }, (_, n) => ({
            name: `step ${n}`,
            status: 'PASSED',
          })),
        })),
      }),
    { status: 200, path: 'runs', limit: 5_000_000 },
  ),
  body(
    'runs with files',
    bulk(
      ({ instance }) =>
        `{"attributes":{"instance-id":${instance}},"files":[{"filename":"a","content_encoded":"FILL"}]}`,
      10,
    ),
    { status: [200, 422], path: 'runs' },
  ),
  body(
    'a file that is no base64',
    (size, { instance }) =>
      `{"data":{"attributes":{"instance-id":${instance}},"files":[{"filename":"a","content_encoded":"${fill('=', size)}x"}]}}`,
    { status: 422, path: 'runs' },
  ),
  body(
    'a small file of equals signs',
    (size, { instance }) =>
      `{"data":{"attributes":{"instance-id":${instance}},"files":[{"filename":"a","content_encoded":"${fill('=', size)}x"}]}}`,
    { status: 422, path: 'runs', limit: 60 * KIB },
  ),
  body(
    'a file name',
    (size, { instance }) =>
      `{"data":{"attributes":{"instance-id":${instance}},"files":[{"filename":"${fill('a/', size)}","content_encoded":""}]}}`,
    { status: 200, path: 'runs' },
  ),
  body(
    'many files',
    (size, { instance }) =>
      `{"data":{"attributes":{"instance-id":${instance}},"files":[${fill('{"filename":"a","content_encoded":"QQ=="},', size)}{"content_encoded":""}]}}`,
    { status: 422, path: 'runs', limit: 20 * MIB },
  ),
  body(
    'a secret of a webhook',
    (size) =>
      json({
        data: {
          attributes: { name: 'x', url: 'https://example.org', events: ['*'], secret: `whsec_${fill('=', size)}x` },
        },
      }),
    { status: 422, path: 'webhooks' },
  ),
  body('an e-mail', (size) => json({ data: { attributes: { email: `${fill('a', size)} @x` } } }), {
    status: 422,
    path: '/api/v2/users.json',
  }),
  body(
    'a URL',
    (size) => json({ data: { attributes: { name: 'x', events: ['*'], url: `https://${fill('a', size)}` } } }),
    { status: 422, path: 'webhooks' },
  ),
  body(
    'searches',
    (size) => json({ data: Array.from({ length: 100 }, () => ({ name_like: fill('a%', size / 100) })) }),
    { status: [200, 422], path: 'tests/bulk_search' },
  ),
  body('identifiers', (size) => `{"data":[${fill('{"id":"1","type":"tests"},', size)}{"id":2}]}`, {
    status: [413, 422],
    path: 'requirements/REQUIREMENT/relationships/tests',
    limit: 24 * MIB,
  }),
  body(
    'possible values',
    (size) =>
      json({
        data: {
          attributes: {
            name: `f${size}`,
            'field-format': 'list',
            entities: ['Test'],
            'possible-values': Array.from({ length: Math.min(100_000, size / 12) }, (_, n) => `value ${n}`),
          },
        },
      }),
    { status: [200, 422], path: 'custom_fields', limit: 1_200_000 },
  ),
  body(
    'events of a webhook',
    (size) =>
      `{"data":{"attributes":{"name":"x","url":"https://example.org","events":[${fill('"test.created",', size)}"*"]}}}`,
    { status: [200, 413, 422], path: 'webhooks', limit: 24 * MIB },
  ),

  body('a form', repeated('a=b&'), {
    status: [413, 422],
    path: V1,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  }),
  body('a form of escapes', (size) => `result=${fill('%zz', size)}`, {
    status: [413, 422],
    path: V1,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  }),
  body('a form in JSON', (size) => `{"result":"${fill('\\n', size)}"}`, { status: 422, path: V1 }),
  body(
    'parts of a form',
    (size) => `${fill('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n', size)}--b--`,
    { status: [413, 422], path: V1, headers: { 'Content-Type': 'multipart/form-data; boundary=b' } },
  ),
  body(
    'a form that is one part',
    (size) => `--b\r\nContent-Disposition: form-data; name="result"\r\n\r\n${fill('\r\n--', size)}\r\n--b--`,
    { status: [413, 422], path: V1, headers: { 'Content-Type': 'multipart/form-data; boundary=b' } },
  ),
  body('boundaries', repeated('\r\n--b'), {
    status: [413, 422],
    path: V1,
    headers: { 'Content-Type': 'multipart/form-data; boundary=bb' },
  }),
]
