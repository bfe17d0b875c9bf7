import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase } from '../test/build-app.ts'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

onEveryDatabase('GET /api/v2/openapi.json', (get) => {
  const document = async (): Promise<Json> => {
    const answer = await get().get('/openapi.json', { token: null })
    expect(answer.status).toBe(200)
    return answer.body
  }
  const operations = ({ paths }: Json): [key: string, operation: Json][] =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as object).map(([method, operation]): [string, Json] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    )

  it('needs no token, and has every endpoint of the contract and no other', async () => {
    const listed = operations(await document()).map(([key]) => key)
    const contract = read('docs/endpoints.tsv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([method, path = '']) => `${method} ${path.replaceAll(/:([a-z_]+)/g, '{$1}')}`)
    expect(listed.sort()).toEqual(contract.sort())
  })

  it('has unique operation ids, a tag, a summary, and an example of every JSON answer', async () => {
    const all = operations(await document())
    const ids = all.map(([, operation]) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['listTests', 'createRun', 'updateIssueStatus', 'bulkSearchTests']))
    for (const [key, operation] of all) {
      expect([operation.tags.length, operation.summary.length > 5], key).toEqual([1, true])
      const json = operation.responses[200]?.content?.['application/json']
      if (json) expect(json.example, key).toBeDefined()
    }
  })

  it('names the four ways to send a token, and the cookie of a session', async () => {
    const { components, security } = await document()
    expect(Object.values(components.securitySchemes)).toMatchObject([
      { type: 'apiKey', in: 'header', name: 'PTToken' },
      { type: 'http', scheme: 'basic' },
      { type: 'http', scheme: 'bearer' },
      { type: 'apiKey', in: 'query', name: 'api_token' },
      { type: 'apiKey', in: 'cookie', name: 'assay_session' },
    ])
    expect(security).toHaveLength(5)
  })

  it('embeds the programs of docs/examples, in six languages', async () => {
    const { paths } = await document()
    const samples = paths['/api/v2/projects/{project_id}/runs.json'].post['x-codeSamples']
    expect(samples.map((sample: Json) => sample.label)).toEqual(['Shell', 'Ruby', 'Python', 'JavaScript', 'Java', 'C#'])
    expect(samples[0].source).toMatch(
      /^project_id=4\ncurl -sS "\$ASSAY_URL\/api\/v2\/projects\/\$project_id\/runs\.json" \\\n/,
    )
    expect(samples[1].source).toBe(read('docs/examples/ruby/upload-run.rb'))
    expect(samples[4].source).toBe(read('docs/examples/java/UploadRun.java'))
  })

  describe('parameters', () => {
    it('are those that lists read', async () => {
      const { paths } = await document()
      const names = (path: string) =>
        paths[`/api/v2/projects/{project_id}/${path}.json`].get.parameters
          .filter((parameter: Json) => parameter.in === 'query')
          .map((parameter: Json) => parameter.name)
      expect(names('tests')).toEqual([
        'page[number]',
        'page[size]',
        'name_exact',
        'name_like',
        'display-ids',
        'sort',
        ...['project-id', 'display-id', 'name', 'description', 'preconditions', 'steps-count', 'status', 'run-status'],
        ...['last-run', 'author-id', 'assigned-to-id', 'assigned-to-type', 'cloned-from-id', 'planned-execution'],
        ...[
          'version',
          'priority',
          'duration-estimate',
          'test-type',
          'scenario',
          'folder-id',
          'created-at',
          'updated-at',
        ],
        ...['file', 'provisional'],
        'ptql',
        'filter-id',
        'autofilter-value',
        'sub-autofilter-value',
        'filter-user-id',
        'relationships',
      ])
      expect(names('runs')).toEqual(
        expect.arrayContaining(['test-ids', 'set-ids', 'instance-ids', 'run-type', 'updated-hours-ago', 'set-ptql']),
      )
      expect(names('sets')).toContain('duration')
    })
  })
})
