import { join } from 'node:path'
import { expect, it } from 'vitest'
import { call, type Json, ROOT, startForTest } from './server-process.ts'

/** More than the server may have open. */
const FILES = 1_500
const HANDLES = 300

it('an import of more files than a process may open is taken, one file after the other', {
  timeout: 60_000,
}, async () => {
  const main = join(ROOT, 'server/src/app/main.ts')
  const server = await startForTest({
    command: [
      'bash',
      '-c',
      `ulimit -n ${HANDLES} && exec '${process.execPath}' --disable-warning=ExperimentalWarning '${main}'`,
    ],
  })
  const project = (await call(server, 'GET', '/projects.json')).data[0].id
  const form = new FormData()
  for (let n = 0; n < FILES; n++) form.append('files', new Blob(['nothing']), `${n}.txt`)
  form.append('files', new Blob(['<testsuite name="s"><testcase name="n"/></testsuite>']), 'report.xml')
  const answer = await fetch(`${server.url}/api/v2/projects/${project}/imports.json?set-name=many`, {
    method: 'POST',
    headers: { pttoken: server.token },
    body: form,
  })
  const { data } = (await answer.json()) as Json
  expect([answer.status, data.attributes.stored, data.attributes.files.length]).toEqual([200, 1, FILES + 1])
})
