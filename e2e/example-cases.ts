import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { call, type Json, newFolder, type ServerProcess } from './server-process.ts'

/** A project, and the program of one task in one language. */
export interface World {
  /** With the token that the program gets. */
  server: ServerProcess
  project: string
  /** The user that the token names, or that the program must name. */
  user: string
  /** Calls the API with an account token, below the project. */
  api(method: string, path: string, body?: unknown): Promise<Json>
  /** Runs the program; it must end well, and call what tasks.json says. Its lines. */
  run(env?: Record<string, string>): Promise<string[]>
}

async function newTest({ api, user }: World, attributes: object = {}): Promise<string> {
  const body = { data: { attributes: { name: 'Pay by card', 'author-id': user, ...attributes } } }
  return (await api('POST', '/tests.json', body)).data.id
}

/** A set with an instance of each test. */
async function newSet({ api }: World, tests: string[] = []): Promise<{ set: string; instances: string[] }> {
  const body = { data: { attributes: { name: 'Nightly' }, instances: { 'test-ids': tests } } }
  const set = (await api('POST', '/sets.json', body)).data.id
  const instances = (await api('GET', `/instances.json?set-ids=${set}`)).data.map(({ id }: Json) => id)
  return { set, instances }
}

/** An instance that nothing has been uploaded to. */
export async function newInstance(world: World): Promise<string> {
  return (await newSet(world, [await newTest(world)])).instances[0] as string
}

async function newRun({ api }: World, instance: string | undefined, exitCode: number): Promise<void> {
  await api('POST', '/runs.json', { data: { attributes: { 'instance-id': instance, 'exit-code': exitCode } } })
}

/** The one run of an instance. */
async function runOf({ api }: World, instance: string): Promise<Json> {
  const { data } = await api('GET', `/runs.json?instance-ids=${instance}`)
  expect(data).toHaveLength(1)
  return data[0]
}

/** Per task: what it needs, what its program prints, and what is then there. */
export const CASES: Record<string, (world: World) => Promise<void>> = {
  'list-projects': async ({ server, run }) => {
    const { data } = await call(server, 'GET', '/projects.json')
    expect(data.length).toBeGreaterThan(5)
    expect(await run()).toEqual(data.map(({ id, attributes }: Json) => `project ${id}: ${attributes.name}`))
  },

  'create-test-with-steps': async ({ api, user, run }) => {
    const lines = await run({ ASSAY_USER: user })
    const id = /\d+/.exec(lines[0] as string)?.[0]
    expect(lines).toEqual([`test ${id}: Pay by card, 2 steps`])
    expect((await api('GET', `/tests/${id}.json`)).data.attributes).toMatchObject({
      name: 'Pay by card',
      'author-id': Number(user),
      'test-type': 'ScriptedTest',
    })
    expect((await api('GET', `/steps.json?test-ids=${id}`)).data.map(({ attributes }: Json) => attributes)).toEqual([
      expect.objectContaining({ name: 'Open the basket', description: '', 'expected-results': 'The total is shown' }),
      expect.objectContaining({ name: 'Pay', description: 'Use card 4111', 'expected-results': 'A receipt is sent' }),
    ])
  },

  'create-set-with-instances': async (world) => {
    const tests = [await newTest(world), await newTest(world, { name: 'Pay by "invoice"' })]
    const lines = await world.run({ ASSAY_TESTS: tests.join(',') })
    const id = /\d+/.exec(lines[0] as string)?.[0]
    const { data } = await world.api('GET', `/instances.json?set-ids=${id}`)
    expect(data.map(({ attributes }: Json) => String(attributes['test-id']))).toEqual(tests)
    expect(lines.slice(0, 2)).toEqual([`set ${id}: Nightly`, `instance ${data[0].id}: Pay by card`])
    expect(lines[2]?.replaceAll('\\', '')).toBe(`instance ${data[1].id}: Pay by "invoice"`)
    expect(lines).toHaveLength(3)
    const set = (await world.api('GET', `/sets/${id}.json`)).data
    expect(set.attributes).toMatchObject({ name: 'Nightly', version: '1.5', 'instances-count': 2 })
  },

  'upload-run': async (world) => {
    const instance = await newInstance(world)
    const lines = await world.run({ ASSAY_INSTANCE: instance })
    const { id, attributes } = await runOf(world, instance)
    expect(lines).toEqual([`run ${id}: PASSED`])
    expect(attributes).toMatchObject({
      status: 'PASSED',
      'run-type': 'AutomatedRun',
      'run-duration': '00:00:42',
      'automated-execution-output': '12 assertions, 0 failures',
    })
  },

  'upload-with-attachments': async (world) => {
    const instance = await newInstance(world)
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 256))
    const path = join(newFolder(), 'screen shot.png')
    writeFileSync(path, bytes)
    const lines = await world.run({ ASSAY_INSTANCE: instance, ASSAY_FILE: path })
    const { id } = await runOf(world, instance)
    const { data } = await world.api('GET', `/attachments.json?entity=run&entity-id=${id}`)
    expect(lines).toEqual([`run ${id}: FAILED`, `attachment ${data[0].id}: screen shot.png, 5000 bytes`])
    expect(data).toHaveLength(1)
    const address = `${world.server.url}/api/v2/projects/${world.project}/attachments/${data[0].id}`
    const stored = await fetch(address, { headers: { pttoken: world.server.token } })
    expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true)
  },

  'upload-with-steps': async (world) => {
    const instance = await newInstance(world)
    const lines = await world.run({ ASSAY_INSTANCE: instance })
    const { id, attributes } = await runOf(world, instance)
    expect(lines).toEqual([`run ${id}: FAILED`, 'step 1: PASSED', 'step 2: FAILED'])
    expect(attributes).toMatchObject({ status: 'FAILED', 'run-duration': '00:01:30' })
    const { data } = await world.api('GET', `/step_runs.json?run-ids=${id}`)
    expect(data.map((step: Json) => step.attributes)).toEqual([
      expect.objectContaining({ name: 'Open the basket', status: 'PASSED', 'actual-results': null }),
      expect.objectContaining({
        name: 'Pay',
        'expected-results': 'A receipt is sent',
        'actual-results': 'No receipt',
        status: 'FAILED',
      }),
    ])
  },

  'bulk-upload': async (world) => {
    const instances = [await newInstance(world), await newInstance(world)] as const
    const lines = await world.run({ ASSAY_RESULTS: `${instances[0]}:0,${instances[1]}:1` })
    const runs = [await runOf(world, instances[0]), await runOf(world, instances[1])] as const
    expect(lines).toEqual([
      `run ${runs[0].id} of instance ${instances[0]}: PASSED`,
      `run ${runs[1].id} of instance ${instances[1]}: FAILED`,
    ])
    expect(runs.map(({ attributes }) => attributes.status)).toEqual(['PASSED', 'FAILED'])
    const alone = await newInstance(world)
    const [line] = await world.run({ ASSAY_RESULTS: `${alone}:0` })
    expect(line).toBe(`run ${(await runOf(world, alone)).id} of instance ${alone}: PASSED`)
  },

  'auto-create-run': async (world) => {
    const { set } = await newSet(world)
    const first = await world.run({ ASSAY_SET: set })
    const [instance] = (await world.api('GET', `/instances.json?set-ids=${set}`)).data
    const test = instance.attributes['test-id']
    const [run] = (await world.api('GET', `/runs.json?set-ids=${set}`)).data
    expect(first).toEqual([`run ${run.id}: PASSED`, `created-test ${test}`, `created-instance ${instance.id}`])
    expect((await world.api('GET', `/tests/${test}.json`)).data.attributes).toMatchObject({
      name: 'Search finds a product',
      'test-type': 'ApiTest',
      tags: ['search'],
    })
    const second = await world.run({ ASSAY_SET: set })
    const { data: runs } = await world.api('GET', `/runs.json?set-ids=${set}`)
    expect(second).toEqual([`run ${runs[0].id}: PASSED`])
    expect(runs.map(({ attributes }: Json) => attributes['instance-id'])).toEqual(Array(2).fill(Number(instance.id)))
  },

  'read-results-page-by-page': async (world) => {
    const { set, instances } = await newSet(world, [await newTest(world)])
    const results = Array.from({ length: 205 }, (_, i) => ({
      attributes: { 'instance-id': instances[0], 'exit-code': i % 70 === 0 ? 1 : 0, 'automated-execution-output': '"' },
    }))
    for (let from = 0; from < results.length; from += 100) {
      await world.api('POST', '/runs.json', { data: results.slice(from, from + 100) })
    }
    expect(await world.run({ ASSAY_SET: set })).toEqual([
      'page 1: 100 runs',
      'page 2: 100 runs',
      'page 3: 5 runs',
      '205 runs, 3 failed',
    ])
  },

  'link-requirement': async (world) => {
    const tests = [await newTest(world), await newTest(world)]
    const { instances } = await newSet(world, tests)
    await newRun(world, instances[0], 0)
    await newRun(world, instances[1], 1)
    const attributes = { name: 'Checkout', 'author-id': world.user }
    const body = { data: { attributes, traceability: { 'test-ids': [tests[0]] } } }
    const { data: requirement } = await world.api('POST', '/requirements.json', body)
    expect(requirement.attributes['run-status']).toBe('PASSED')
    const lines = await world.run({ ASSAY_REQUIREMENT: requirement.id, ASSAY_TEST: tests[1] as string })
    expect(lines).toEqual([
      `linked test ${tests[0]}`,
      `linked test ${tests[1]}`,
      `requirement ${requirement.id}: FAILED`,
    ])
    const linked = await world.api('GET', `/requirements/${requirement.id}/relationships/tests.json`)
    expect(linked.data.map(({ id }: Json) => id)).toEqual(tests)
  },

  'create-issue-and-move-status': async ({ api, user, run }) => {
    const lines = await run({ ASSAY_USER: user })
    const id = /\d+/.exec(lines[0] as string)?.[0]
    expect(lines).toEqual([`issue ${id}: new`, `issue ${id}: open`])
    expect((await api('GET', `/issues/${id}.json`)).data.attributes).toMatchObject({
      title: 'The total is missing',
      priority: '2-high',
      'status-name': 'open',
      'author-id': Number(user),
    })
  },

  'query-with-ptql': async (world) => {
    const smoke = { tags: ['smoke'] }
    const tests = [
      await newTest(world, { name: 'Log in', ...smoke }),
      await newTest(world, { name: 'Log out', ...smoke }),
      await newTest(world, { name: 'Sign up', ...smoke }),
      await newTest(world, { name: 'Untagged' }),
    ]
    const { instances } = await newSet(world, tests)
    for (const [index, instance] of instances.entries()) await newRun(world, instance, index === 1 ? 0 : 1)
    expect(await world.run()).toEqual([`test ${tests[0]}: Log in`, `test ${tests[2]}: Sign up`, '2 found'])
  },

  'delete-test': async (world) => {
    const test = await newTest(world)
    expect(await world.run({ ASSAY_TEST: test })).toEqual([`deleted test ${test}`])
    expect((await world.api('GET', `/tests/${test}.json`)).errors[0].status).toBe('404')
  },
}
