import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runIn } from './run-example.ts'
import { call, type Json, newFolder, type ServerProcess, startServer } from './server-process.ts'

/** How a sample is stored and started, per language. */
const PROGRAMS: Record<string, [file: string, command: string]> = {
  shell: ['call.sh', 'sh -e call.sh'],
  ruby: ['call.rb', 'ruby call.rb'],
  python: ['call.py', 'python3 call.py'],
  javascript: ['call.mjs', 'node call.mjs'],
  java: ['Call.java', 'java Call.java'],
  csharp: ['call.cs', 'mcs -r:System.Net.Http -r:System.Json call.cs && mono call.exe'],
}
const languages = Object.keys(PROGRAMS)

let server: ServerProcess
let project: string
let operations: Json[]

beforeAll(async () => {
  server = await startServer()
  project = (await call(server, 'GET', '/projects.json')).data[0].id
  const { paths } = await call(server, 'GET', '/openapi.json')
  operations = Object.values(paths).flatMap((methods) => Object.values(methods as object))
})
afterAll(() => server?.stop())

const sampleOf = (operationId: string, lang: string): string => {
  const operation = operations.find((one) => one.operationId === operationId)
  return operation['x-codeSamples'].find((sample: Json) => sample.lang === lang).source
}

/** Runs a sample after a reader's changes to it. */
async function runSample(lang: string, source: string) {
  const folder = newFolder()
  const [file, command] = PROGRAMS[lang] as [string, string]
  writeFileSync(join(folder, file), source)
  const outcome = await runIn(folder, command, { ASSAY_URL: server.url, ASSAY_TOKEN: server.token })
  return { folder, ...outcome }
}

describe('the samples of the reference', () => {
  it('are there for every operation in six languages', () => {
    expect(operations.length).toBeGreaterThan(180)
    for (const { operationId, 'x-codeSamples': samples } of operations) {
      expect(
        samples.map((sample: Json) => sample.lang),
        operationId,
      ).toEqual(languages)
    }
  })

  it('list whatever there is to list, as they stand', async () => {
    const lists = operations.filter(({ operationId, 'x-codeSamples': [{ source }] }) => {
      return (
        /^(list|showMe|showWorkflow|count)/.test(operationId) && !/_id=(?!4\b)/.test(source) && !source.startsWith('#!')
      )
    })
    expect(lists.length).toBeGreaterThanOrEqual(20)
    for (const { operationId } of lists) {
      const source = sampleOf(operationId, 'shell').replace(/entity=test&entity-id=70/, 'entity=test&entity-id=1')
      const { code, stdout } = await runSample('shell', source.replace('project_id=4', `project_id=${project}`))
      const { errors } = JSON.parse(stdout)
      // The entity of the sample is none here, and an account token is nobody who could be signed in.
      const refused: Record<string, string> = { listAttachments: '404', listComments: '404', listSessions: '403' }
      const status = refused[operationId]
      expect([code, errors?.map((error: Json) => error.status)], operationId).toEqual([
        0,
        status === undefined ? undefined : [status],
      ])
    }
  })

  it.each(languages)('create a milestone in %s', async (lang) => {
    const owner = (await call(server, 'GET', '/users.json')).data[0].id
    const source = sampleOf('createMilestone', lang)
      .replace(/(project_?id ?= ?)4/i, `$1${project}`)
      .replace('132', owner)
      .replace('Checkout milestone', `Milestone in ${lang}`)
    const { code, stdout, stderr } = await runSample(lang, source)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Milestone in ${lang}`)
    const stored = await call(server, 'GET', `/projects/${project}/milestones.json?name_exact=Milestone in ${lang}`)
    expect(stored.data).toHaveLength(1)
  })

  it.each(languages)('download an attachment in %s', async (lang) => {
    const owner = (await call(server, 'GET', '/users.json')).data[0].id
    const attributes = { name: `Test in ${lang}`, 'author-id': owner }
    const test = await call(server, 'POST', `/projects/${project}/tests.json`, { data: { attributes } })
    const content = Buffer.from(`from ${lang}`).toString('base64')
    const stored = await call(server, 'POST', `/projects/${project}/attachments.json`, {
      entity: 'test',
      'entity-id': test.data.id,
      data: { files: { data: [{ filename: 'one.log', content_encoded: content }] } },
    })
    const source = sampleOf('downloadAttachment', lang)
      .replace(/(project_?id ?= ?)4/i, `$1${project}`)
      .replace(/(attachment_?id ?= ?)70/i, `$1${stored.data[0].id}`)
    const { code, stderr, folder } = await runSample(lang, source)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(`from ${lang}`)
  })
})
