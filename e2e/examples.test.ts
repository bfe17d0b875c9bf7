import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES, newInstance, type World } from './example-cases.ts'
import { EXAMPLES, fileOf, LANGUAGES, listenIn, runExample, TASKS, type Task } from './run-example.ts'
import { call, type Json, ROOT, type ServerProcess, startServer } from './server-process.ts'

const EMAIL = 'tester@example.org'

/** Those that sign in as a person sign in with a person's token; their Basic login needs an e-mail. */
const AS_TESTER: readonly string[] = ['ruby', 'csharp']

let server: ServerProcess
let owner: string
let tester: string
let testerToken: string
const projects: Record<string, string> = {}

beforeAll(async () => {
  server = await startServer()
  owner = (await call(server, 'GET', '/users.json')).data[0].id
  for (const language of LANGUAGES) {
    const attributes = { name: `Samples in ${language}` }
    projects[language] = (await call(server, 'POST', '/projects.json', { data: { attributes } })).data.id
  }
  const body = { data: { attributes: { email: EMAIL, 'display-name': 'Tess' } } }
  tester = (await call(server, 'POST', '/users.json', body)).data.id
  const access = { data: { projects: LANGUAGES.map((language) => ({ id: projects[language] })) } }
  await call(server, 'PUT', `/users/${tester}/projects.json`, access)
  testerToken = (await call(server, 'POST', `/users/${tester}/personal_token.json`)).data.attributes.token
})
afterAll(() => server?.stop())

function worldOf(language: string, task: string): World {
  const project = projects[language] as string
  return {
    server: { ...server, token: login(language).ASSAY_TOKEN as string },
    project,
    user: AS_TESTER.includes(language) ? tester : owner,
    api: (method, path, body) => call(server, method, `/projects/${project}${path}`, body),
    async run(env = {}) {
      const { operations, environment } = TASKS.find((one) => one.task === task) as Task
      const proxy = await listenIn(server.url)
      const given = { ...env, ...(environment.includes('ASSAY_PROJECT') ? { ASSAY_PROJECT: project } : {}) }
      expect(Object.keys(given).sort()).toEqual([...environment].sort())
      const outcome = await runExample(language, task, { ...given, ...login(language), ASSAY_URL: proxy.url })
      proxy.close()
      expect(outcome).toEqual({ code: 0, stdout: expect.stringMatching(/\n$/), stderr: '' })
      expect(proxy.calls).toEqual(operations)
      return outcome.stdout.replaceAll('\r\n', '\n').trimEnd().split('\n')
    },
  }
}

function login(language: string): Record<string, string> {
  if (!AS_TESTER.includes(language)) return { ASSAY_TOKEN: server.token }
  return { ASSAY_EMAIL: EMAIL, ASSAY_TOKEN: testerToken }
}

describe('docs/examples', () => {
  it('has every task in every language of the reference, and nothing else', async () => {
    const { paths } = await call(server, 'GET', '/openapi.json')
    const shown: Json[] = paths['/api/v2/projects.json'].get['x-codeSamples']
    expect(shown.map(({ lang }) => lang).sort()).toEqual([...LANGUAGES].sort())
    expect(TASKS.map(({ task }) => task)).toEqual(Object.keys(CASES))
    expect(readdirSync(EXAMPLES).sort()).toEqual([...LANGUAGES, 'README.md', 'tasks.json'].sort())
    for (const language of LANGUAGES) {
      const files = TASKS.map(({ task }) => fileOf(language, task))
      expect(readdirSync(join(EXAMPLES, language)).sort()).toEqual(files.sort())
    }
  })

  it('names operations of the API', () => {
    const known = readFileSync(join(ROOT, 'docs/endpoints.tsv'), 'utf8').split('\n')
    for (const [method, path] of TASKS.flatMap(({ operations }) => operations)) {
      const row = `${method}\t/api/v2${path.replace(/\{(\w+)\}/g, ':$1')}\t`
      expect(
        known.some((line) => line.startsWith(row)),
        row,
      ).toBe(true)
    }
  })

  it('is listed in its README: every task with every language, and every variable', () => {
    const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] as string)
    for (const link of links) expect(existsSync(join(EXAMPLES, link)), link).toBe(true)
    for (const { task, title, environment } of TASKS) {
      expect(readme).toContain(title)
      for (const language of LANGUAGES) expect(links).toContain(`${language}/${fileOf(language, task)}`)
      for (const variable of environment) expect(readme).toContain(`\`${variable}\``)
    }
  })
})

describe.concurrent.each(LANGUAGES)('the samples in %s', (language) => {
  it.each(TASKS)('$task', ({ task }) => CASES[task]?.(worldOf(language, task)), 120_000)

  it.each(TASKS)(
    '$task fails with the titles of the errors',
    async ({ task, environment }) => {
      const ids = Object.fromEntries(
        environment.map((name) => [name, name === 'ASSAY_FILE' ? import.meta.filename : '1']),
      )
      const env = { ...ids, ASSAY_RESULTS: '1:0', ASSAY_EMAIL: EMAIL, ASSAY_TOKEN: 'nonsense', ASSAY_URL: server.url }
      const outcome = await runExample(language, task, env)
      expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'This API token is unknown or disabled\n' })
    },
    120_000,
  )

  it('names every problem of a bulk upload, and nothing is stored', async () => {
    const world = worldOf(language, 'bulk-upload')
    const instance = await newInstance(world)
    const { stderr, ...rest } = await runExample(language, 'bulk-upload', {
      ...login(language),
      ASSAY_URL: server.url,
      ASSAY_PROJECT: projects[language] as string,
      ASSAY_RESULTS: `1:0,${instance}:0,2:1`,
    })
    expect(rest).toEqual({ code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Item 1: /),
      expect.stringMatching(/^Item 3: /),
    ])
    expect((await world.api('GET', `/runs.json?instance-ids=${instance}`)).data).toEqual([])
  }, 120_000)
})
