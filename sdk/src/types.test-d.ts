import type { Api, AssayClient, Row } from './index.ts'

// Checked by tsc only: what must not compile is marked, and an unused mark is an error itself.

export async function operations(client: AssayClient): Promise<void> {
  const { data: test } = await client.call('createTest', {
    path: { project_id: 2 },
    body: { data: { attributes: { name: 'Log in', 'custom-fields': { '---f-7': 'Chrome' } } } },
  })
  const name: string = test.attributes.name
  const runs: Api.Run[] = (
    await client.call('createRuns', {
      path: { project_id: '2' },
      body: { data: [{ attributes: { 'instance-id': test.id, 'exit-code': 0 } }] },
    })
  ).data
  const bytes: Uint8Array = await client.call('downloadAttachment', { path: { project_id: 2, id: 9 } })
  await client.call('showMe')
  await client.call('showMe', { signal: AbortSignal.timeout(1000) })
  console.log(name, runs, bytes)

  // @ts-expect-error there is no such operation
  await client.call('createTset', { path: { project_id: 2 } })
  // @ts-expect-error the project is missing
  await client.call('showTest', { path: { id: 7 } })
  // @ts-expect-error everything is missing
  await client.call('showTest')
  // @ts-expect-error the body is missing
  await client.call('createTest', { path: { project_id: 2 } })
  // @ts-expect-error a required attribute is missing
  await client.call('createTest', { path: { project_id: 2 }, body: { data: { attributes: {} } } })
  await client.call('createTest', {
    path: { project_id: 2 },
    // @ts-expect-error there is no such attribute
    body: { data: { attributes: { name: 'Log in', colour: 'red' } } },
  })
  await client.call('createTest', {
    path: { project_id: 2 },
    // @ts-expect-error not one of the types of tests
    body: { data: { attributes: { name: 'Log in', 'test-type': 'Robot' } } },
  })
  await client.call('createTest', {
    path: { project_id: 2 },
    // @ts-expect-error not the key of a custom field
    body: { data: { attributes: { name: 'Log in', 'custom-fields': { browser: 'Chrome' } } } },
  })
  // @ts-expect-error several at once have an operation of their own
  await client.call('createRun', { path: { project_id: 2 }, body: { data: [] } })
  // @ts-expect-error there is no such query parameter
  await client.call('showTest', { path: { project_id: 2, id: 7 }, query: { relations: true } })
  // @ts-expect-error nothing of the answer is called that
  test.attributes.title
}

export async function lists(client: AssayClient): Promise<void> {
  for await (const run of client.list('listRuns', { path: { project_id: 2 }, query: { 'set-ids': [90, '91'] } })) {
    const status: string = run.attributes.status
    console.log(status)
  }
  for await (const project of client.list('listProjects')) console.log(project.attributes.name)
  for await (const { meta, data } of client.list('listTests', { path: { project_id: 2 } }).pages()) {
    console.log(meta['total-count'], data[0]?.attributes.priority)
  }
  const rows: Row<'listTestIssues'>[] = await client.list('listTestIssues', { path: { project_id: 2, id: 7 } }).all()
  console.log(rows[0]?.id)
  // @ts-expect-error it answers one test
  client.list('showTest', { path: { project_id: 2, id: 7 } })
}

export async function projects(client: AssayClient): Promise<void> {
  const project = client.project(2)
  await project.call('createSet', { body: { data: { attributes: { name: 'Nightly' } } } })
  await project.call('showSet', { path: { id: 90 }, query: { duration: true } })
  await project.call('showWorkflow')
  for await (const set of project.list('listSets')) console.log(set.attributes.name)
  // @ts-expect-error the id is missing
  await project.call('showSet')
  // @ts-expect-error not an operation of a project
  await project.call('listUsers')
  // @ts-expect-error there is no such attribute
  await project.call('createSet', { body: { data: { attributes: { name: 'Nightly', colour: 'red' } } } })
}
