import type { Json, TestApp } from './build-app.ts'
import type { World } from './evaluate-ptql.ts'

/** A project that has something of everything that queries can ask about. Entities are known by their names. */
export interface PtqlProject {
  projectId: number
  /** Id by name, of everything. */
  ids: Record<string, number>
  p(path: string): string
  /** Everything as the API shows it now. */
  world(): Promise<World>
}

async function everything(app: TestApp, path: string): Promise<Json[]> {
  const all: Json[] = []
  for (let number = 1; ; number++) {
    const { body } = await app.get(`${path}${path.includes('?') ? '&' : '?'}page[number]=${number}`)
    all.push(...body.data)
    if (body.meta['next-page'] === null) return all
  }
}

/** Fills a new project for the tests of PTQL. */
export async function createPtqlProject(app: TestApp): Promise<PtqlProject> {
  const ids: Record<string, number> = {}
  const project = await app.post('/projects.json', {
    data: { attributes: { name: `PTQL ${Math.random()}`, 'assign-to-group': true } },
  })
  const projectId = Number(project.body.data.id)
  const p = (path: string) => `/projects/${projectId}${path}`

  async function make(path: string, attributes: Record<string, unknown>, beside: object = {}): Promise<number> {
    const answer = await app.post(path, { data: { attributes, ...beside } })
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`)
    const id = Number(answer.body.data.id)
    ids[String(attributes.name ?? attributes.title ?? attributes['display-name'])] = id
    return id
  }
  const link = async (from: string, to: string, names: string[]) => {
    const data = names.map((name) => ({ id: ids[name] }))
    const answer = await app.post(p(`/${from}/relationships/${to}.json`), { data })
    if (answer.status !== 200) throw new Error(answer.text)
  }

  const ada = await make('/users.json', { email: `ada${projectId}@example.org`, 'display-name': `Ada ${projectId}` })
  const bob = await make('/users.json', { email: `bob${projectId}@example.org`, 'display-name': `Böb ${projectId}` })
  ids.ada = ada
  ids.bob = bob
  const groups = (await app.get(p('/groups.json'))).body.data
  ids.Testers = Number(groups.find((group: Json) => group.attributes.name === 'Testers').id)

  const field = (name: string, format: string, entities: string[], more: object = {}) =>
    make(p('/custom_fields.json'), { name, 'field-format': format, entities, ...more })
  const browser = await field('Browser', 'list', ['Test', 'Issue'], { 'possible-values': ['Chrome', 'Firefox'] })
  const effort = await field('Effort', 'number', ['Test', 'Requirement'])
  const flag = await field('Automated', 'checkbox', ['Test'])
  const due = await field('Due Day', 'date', ['Test', 'TestSet'])
  const reviewer = await field('Reviewer', 'user', ['Test'])
  const labels = await field('Labels', 'multilist', ['Test', 'Milestone'])
  await field('Priority', 'text', ['Test'])
  await field('My Field', 'text', ['Test'])
  await field('my-field', 'text', ['Test'])
  const environment = await field('Environment', 'text', ['TestSet'])
  const f = (id: number) => `---f-${id}`

  await make(p('/folders.json'), { name: 'Payments', entity: 'test' })
  await make(p('/folders.json'), { name: 'Card', entity: 'test', 'parent-id': ids.Payments })
  await make(p('/folders.json'), { name: 'Night', entity: 'testset' })
  await make(p('/milestones.json'), {
    name: 'Sprint 1',
    'milestone-status': 'Active',
    'milestone-type': 'Sprint',
    'start-date': '2025-01-01',
    'end-date': '2025-01-14',
    'custom-fields': { [f(labels)]: ['Red'] },
  })
  await make(p('/milestones.json'), { name: 'Release', description: 'The big one', 'start-date': '2025-02-01' })

  const test = (name: string, attributes: object = {}, steps: object[] = []) =>
    make(p('/tests.json'), { name, 'author-id': app.ownerId, ...attributes }, { steps })
  await test(
    'Pay by card',
    {
      description: 'Card and invoice',
      preconditions: 'Logged in',
      status: 'Ready',
      priority: '2-High',
      version: '1.5',
      tags: ['web', 'Smoke'],
      'author-id': ada,
      'assigned-to-id': bob,
      'planned-execution': '2025-03-01',
      'duration-estimate': '00:05:00',
      'folder-id': ids.Card,
      'custom-fields': {
        [f(browser)]: 'Chrome',
        [f(effort)]: 1.5,
        [f(flag)]: true,
        [f(due)]: '2025-03-01',
        [f(reviewer)]: ada,
        [f(labels)]: ['Red', 'Blue'],
      },
    },
    [{ name: 'Open the basket' }, { name: 'Pay' }],
  )
  await test(
    'Pay by invoice',
    {
      description: 'Invoice only',
      status: 'Draft',
      priority: 'highest',
      version: '1.10',
      tags: ['web', 'nightly run'],
      'author-id': bob,
      'assigned-to-id': ids.Testers,
      'assigned-to-type': 'group',
      'planned-execution': '2025-03-01T23:59:59Z',
      'duration-estimate': 3600,
      'test-type': 'ScriptedTest',
      'folder-id': ids.Payments,
      'custom-fields': {
        [f(browser)]: 'Firefox',
        [f(effort)]: 10,
        [f(flag)]: false,
        [f(due)]: '2025-02-28',
        [f(reviewer)]: bob,
        [f(labels)]: ['blue sky'],
      },
    },
    [{ name: 'Pay' }],
  )
  await test('Größe 100%_x', {
    description: '',
    'test-type': 'BDDTest',
    scenario: 'Scenario: x\n Given y',
    'planned-execution': '2025-03-02T00:00:00Z',
    'custom-fields': { [f(effort)]: '-3', [f(labels)]: ['Red'] },
  })
  await test('Refund', { status: 'Failed', version: '2.0-RC1', priority: '2-high', 'assigned-to-id': ada })
  await test('Refund 😀 "twice"', { status: "it's odd", tags: ['Ärger'], 'duration-estimate': 90 })
  await test('empty')

  const set = (name: string, tests: string[], attributes: object = {}) =>
    make(p('/sets.json'), { name, ...attributes }, { instances: { 'test-ids': tests.map((each) => ids[each]) } })
  await set('Nightly', ['Pay by card', 'Pay by invoice', 'Refund'], {
    status: 'In Progress',
    'milestone-id': ids['Sprint 1'],
    'author-id': ada,
    'folder-id': ids.Night,
    'planned-execution': '2025-05-05T12:00:00Z',
    'custom-fields': { [f(environment)]: 'Staging', [f(due)]: '2025-12-31' },
  })
  await set('Weekly', ['Refund', 'Größe 100%_x'], { version: '3', priority: 'low' })
  await set('Idle', [], { status: 'Done', 'milestone-id': ids.Release })

  async function run(setName: string, testName: string, attributes: object, beside: object = {}): Promise<Json> {
    const query = `set-ids=${ids[setName]}&test-ids=${ids[testName]}`
    const [instance] = (await app.get(p(`/instances.json?${query}`))).body.data
    const answer = await app.post(p('/runs.json'), {
      data: { attributes: { 'instance-id': instance.id, ...attributes }, ...beside },
    })
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body.data
  }
  await run('Nightly', 'Pay by card', { 'exit-code': 0 })
  const failed = await run('Nightly', 'Pay by invoice', {}, { steps: [{ name: 'Pay', status: 'FAILED' }] })
  await run('Weekly', 'Refund', { 'exit-code': 0 })

  const requirement = (name: string, attributes: object = {}, tests: string[] = []) =>
    make(
      p('/requirements.json'),
      { name, 'author-id': ada, ...attributes },
      { traceability: { 'test-ids': tests.map((each) => ids[each]) } },
    )
  await requirement('Checkout', { priority: 'must', tags: ['core'], 'custom-fields': { [f(effort)]: 8 } }, [
    'Pay by card',
    'Pay by invoice',
  ])
  await requirement('Card payment', { 'parent-id': ids.Checkout, version: '1.5' }, ['Pay by card'])
  await requirement('Unlinked', { 'assigned-to-id': bob })

  const issue = (title: string, attributes: object = {}) =>
    make(p('/issues.json'), { title, 'author-id': bob, ...attributes })
  const move = async (title: string, ...statuses: string[]) => {
    for (const status of statuses) {
      const body = { data: { attributes: { 'status-name': status, 'user-id': ada } } }
      const answer = await app.put(p(`/issues/${ids[title]}/update_status.json`), body)
      if (answer.status !== 200) throw new Error(answer.text)
    }
  }
  await issue('Total missing', {
    priority: '2-high',
    'external-id': 'EXT-9',
    tags: ['ui'],
    'custom-fields': { [f(browser)]: 'Chrome' },
  })
  await issue('Crash', { 'issue-type': 'Incident', 'author-id': ada })
  await issue('Typo', {})
  await issue('Lost invoice', {})
  await move('Typo', 'fixed', 'closed')
  await move('Crash', 'rejected')
  await move('Lost invoice', 'open')

  await link(`tests/${ids['Pay by card']}`, 'issues', ['Total missing'])
  await link(`issues/${ids['Total missing']}`, 'issues', ['Crash'])
  await link(`issues/${ids['Total missing']}`, 'requirements', ['Checkout'])
  await link(`issues/${ids.Crash}`, 'milestones', ['Sprint 1'])
  await link(`requirements/${ids.Unlinked}`, 'milestones', ['Release'])
  const [stepRun] = (await app.get(p(`/step_runs.json?run-ids=${failed.id}`))).body.data
  await link(`step_runs/${stepRun.id}`, 'issues', ['Lost invoice'])

  return {
    projectId,
    ids,
    p,
    async world() {
      const related = async (path: string) => everything(app, p(`/${path}.json?relationships=true`))
      const sets = await everything(app, p('/sets.json'))
      for (const each of sets) if (each.attributes.name === 'Nightly') each.issues = [ids['Lost invoice']]
      return {
        documents: {
          Test: await related('tests'),
          Requirement: await related('requirements'),
          Issue: await related('issues'),
          Milestone: await related('milestones'),
          TestSet: sets,
        },
        instances: await everything(app, p('/instances.json')),
        folders: await everything(app, p('/folders.json')),
      }
    },
  }
}
