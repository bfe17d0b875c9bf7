import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEverything } from '../../../test-support/one-of-everything.ts'
import { LISTS, ROUTES } from '../app/registry.ts'
import { type Answered, onEveryDatabase, type TestApp } from '../test/build-app.ts'

/** Words that the API gives a meaning to, so that random bodies reach past the first check. */
const SIDE_WORDS =
  'data attributes type steps files instances test-ids test-attributes exit-code filename content_encoded entity ' +
  'entity-id project_id status-name name_exact ---f-1 confirm projects groups permissions parameters bdd-parameters ' +
  'integration_issue possible-values id'
const KEYS = [...new Set(LISTS.flatMap(({ resource }) => Object.keys(resource.attributes))), ...SIDE_WORDS.split(' ')]
const PARAMETER_WORDS =
  'page[number] page[size] page[after] page[for] page[total] name_exact name_like display-ids test-ids set-ids instance-ids ' +
  'run-ids display-id run-type status updated-hours-ago relationships duration entity entity-id email active ' +
  'filter-id ptql set-filter-id find-or-create instance_id exit_code set-ptql autofilter-value sub-autofilter-value ' +
  'filter-user-id set-filter-user-id user-id action since until client_id confirm'
const PARAMETERS = PARAMETER_WORDS.split(' ')

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202eabc',
    '😀',
    '../../etc/passwd',
    "'; drop table runs; --",
    '%',
    '_',
    '\\',
  ),
  fc.constantFrom(
    'ManualRun',
    'BDDTest',
    'passed',
    'issue',
    'run',
    '2026-02-30',
    '25:61:61',
    '1e400',
    '-1',
    '0',
    '99999999999999999999',
  ),
)
const scalar = fc.oneof(
  oddText,
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, false, 0, -1, 2 ** 31, 2 ** 53, 1e300),
)
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    scalar,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), oddText), tie('any'), { maxKeys: 6 }),
  ),
})).any
const attributes = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 3 })
const side = fc.dictionary(fc.constantFrom('steps', 'files', 'instances', 'test-attributes', 'type'), value, {
  maxKeys: 1,
})

/** Bodies that are right but for a few attributes, and some that are wrong altogether. */
const bodiesWith = (right: Record<string, unknown>) => {
  const element = fc
    .tuple(attributes, side)
    .map(([wrong, beside]) => ({ ...beside, attributes: { ...right, ...wrong } }))
  return fc.oneof(
    { weight: 6, arbitrary: element.map((data) => JSON.stringify({ ...right, data })) },
    { weight: 2, arbitrary: fc.array(element, { maxLength: 3 }).map((data) => JSON.stringify({ data })) },
    { weight: 1, arbitrary: fc.record({ data: value }).map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: value.map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(element, fc.nat()).map(([data, at]) => {
        const text = JSON.stringify({ data })
        return text.slice(0, at % text.length)
      }),
    },
  )
}
const ptqlText = fc
  .array(
    fc.constantFrom(
      ...'Name ID "Created At" Status Tags = != < IN LIKE NOT ( ) AND OR 1 "x" \'%\' 2025-01-01 TODAY EMPTY IS VIEW # LINKED TO Test WHERE'.split(
        ' ',
      ),
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '))
const query = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETERS), fc.oneof(oddText, ptqlText, fc.integer().map(String))), {
    maxLength: 4,
  })
  .map((pairs) =>
    pairs.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text.toWellFormed())}`).join('&'),
  )

function isFine({ status, body: answer }: Answered): boolean {
  if (status === 200 || status === 302) return true
  const errors = answer?.errors
  return (
    status >= 400 &&
    status < 500 &&
    Array.isArray(errors) &&
    errors.length > 0 &&
    errors.every((error) => error.status === String(status) && typeof error.title === 'string' && error.title !== '')
  )
}

/** One of each resource that paths and bodies can name. */
async function seed(app: TestApp) {
  const projectId = app.projectId
  const have = await createEverything(app, { projectId, userId: app.ownerId, token: app.token, prefix: 'f' })
  const right = {
    name: 'n',
    title: 'n',
    email: `${have.runs}@example.org`,
    'author-id': app.ownerId,
    'set-id': have.sets,
    'test-id': have.tests,
    'instance-id': have.instances,
    instance_id: have.instances,
    project_id: projectId,
    entity: 'test',
    'entity-id': have.tests,
    body: 'b',
    url: 'http://127.0.0.1:9/',
    'from-id': have.statuses,
    'to-id': have.transitions,
    'field-format': 'text',
    entities: ['Test'],
    name_exact: 't',
    'custom-fields': { [`---f-${have.custom_fields}`]: 'a' },
  }
  const { projects: _, ...others } = have
  return {
    right,
    ids: [...Object.values(others).map(String), '0', '-1', 'abc', '99999999999999999999999', '%00', '2147483648'],
  }
}

onEveryDatabase(
  'random requests',
  (get) => {
    // New projects fill the disk, and without its project nothing else can be asked.
    const routes = ROUTES.filter(
      ({ method, path }) => path !== '/projects' && !(method === 'DELETE' && path === '/projects/:id'),
    )
    describe("never end in a 5xx, and errors have the contract's shape", () => {
      it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', async (_, route) => {
        const app = get()
        const { right, ids } = await seed(app)
        const run = async (path: string, text: string, parameters: string) => {
          const target = path.replace(':project_id', String(app.projectId))
          const answer = await app.call(
            route.method,
            `${target}.json?${parameters}`,
            route.method === 'GET' ? undefined : text,
            { madeUp: true },
          )
          if (!isFine(answer))
            throw new Error(`${route.method} ${target}?${parameters} ${text}\n${answer.status} ${answer.text}`)
        }
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...ids), bodiesWith(right), query, (chosen, text, parameters) =>
            run(`${route.atRoot ? '' : '/api/v2'}${route.path.replace(':id', chosen)}`, text, parameters),
          ),
          { numRuns: 60 },
        )
        expect((await app.get('/projects.json')).status).toBe(200)
      })
    })
  },
  { record: false },
)
