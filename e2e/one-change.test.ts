import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { call, ROOT, startForTest } from './server-process.ts'
import { copyTree, type TreeCopy } from './tree-copy.ts'

// Worked examples of CONTRIBUTING.md, "An attribute" and "A result format": what they cost, and that nothing of them can
// be forgotten.

const MIGRATION = `import type { Kysely } from 'kysely'
import { type ColumnTypes, schemaBuilder } from './schema-builder.ts'

/** How much depends on a test. */
export async function up(db: Kysely<any>, types: ColumnTypes): Promise<void> {
  await schemaBuilder(db, types).addColumns('tests', 'risk text, risk_folded text')
}
`
const NAME = '209901010000-add-risk'

/** Inserts a line behind the first that contains some text. */
const behind = (line: string, added: string) => (text: string) => {
  const lines = text.split('\n')
  lines.splice(lines.findIndex((each) => each.includes(line)) + 1, 0, added)
  return lines.join('\n')
}

/** The files that the compiler complains about, each with the first complaint. */
function complaints({ root }: TreeCopy): Record<string, string> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '--noEmit'], { cwd: root, encoding: 'utf8' })
  const found: Record<string, string> = {}
  for (const [, file, text] of stdout.matchAll(/^([^\s(]+)\(\d+,\d+\): error TS\d+: (.*)$/gm)) {
    found[file as string] ??= text as string
  }
  return found
}

it('an attribute is a line where it is declared, and the compiler asks for the rest', {
  timeout: 180_000,
}, async () => {
  const copy = copyTree()
  copy.edit(
    'server/src/resources/tests/tests.resource.ts',
    behind(
      "priority: shortText('CU'",
      "    risk: shortText('CU', { about: ['How much depends on it', 'High'], ...ptql('text', 'Risk') }),",
    ),
  )
  expect(complaints(copy)).toEqual({
    'server/src/resources/tests/tests.resource.ts': expect.stringContaining(
      'this attribute has no column in its table',
    ),
  })

  copy.edit(
    'server/src/db/schema.ts',
    behind('export interface TestRow', '  risk: string | null\n  risk_folded: string | null'),
  )
  copy.add(`server/src/db/migrations/${NAME}.ts`, MIGRATION)
  copy.edit('server/src/db/migrations/all.ts', (text) =>
    text
      .replace('interface Migration', `import * as addRisk from './${NAME}.ts'\n\ninterface Migration`)
      .replace(/(MIGRATIONS: Record<string, Migration> = \{[^}]*)\}/, `$1  '${NAME}': addRisk,\n}`),
  )
  expect(complaints(copy)).toEqual({})
  expect(copy.touched).toHaveLength(4)

  const server = await startForTest({
    command: [process.execPath, '--disable-warning=ExperimentalWarning', join(copy.root, 'server/src/app/main.ts')],
  })
  const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
  const author = Number((await call(server, 'GET', '/users.json')).data[0].id)
  const p = (path: string) => `/projects/${project}${path}`
  const make = (name: string, risk: string) =>
    call(server, 'POST', p('/tests.json'), { data: { attributes: { name, 'author-id': author, risk } } })
  const high = await make('a test', 'High')
  await make('another', 'Low')
  expect(high.data.attributes.risk).toBe('High')
  const found = await call(server, 'GET', p(`/tests.json?ptql=${encodeURIComponent('Risk = high')}`))
  expect(found.data.map(({ id }: { id: string }) => id)).toEqual([high.data.id])
  const document = (await call(server, 'GET', '/openapi.json')) as {
    components: { schemas: Record<string, { properties: { attributes: { properties: object } } }> }
  }
  expect(Object.keys(document.components.schemas.Test?.properties.attributes.properties ?? {})).toContain('risk')
})

/** A format of one line a test: `ok adds`, `no removes: expected 3, got 2`. */
const READER = `import type { Format, Sink } from '../model.ts'

function readLine(line: string, number: number, sink: Sink): void {
  const [, word, name, message] = /^(ok|no) ([^:]{1,1000})(?:: (.{0,1000}))?$/.exec(line) ?? []
  if (name === undefined) return sink.note('a line that says nothing of a test', number)
  const attempt = { status: word === 'ok' ? 'passed' : 'failed', seconds: 0, steps: [], attachments: [] } as const
  const told = message === undefined ? attempt : { ...attempt, message }
  sink.case({ path: [], name, properties: [], attempts: [{ ...told, steps: [], attachments: [] }], line: number })
}

export const oneline: Format = {
  name: 'oneline',
  title: 'One line a test',
  recognises: (head) => head.startsWith('ONELINE'),
  open(sink) {
    let rest = ''
    let number = 0
    const take = (text: string) => {
      const lines = text.split('\\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (++number > 1 && line !== '') readLine(line, number, sink)
    }
    return { write: (text) => take(rest + text), end: () => take(\`\${rest}\\n\`) }
  },
}
`

it('a result format is a folder with its reader, and a line in the list of formats', {
  timeout: 180_000,
}, async () => {
  const copy = copyTree()
  copy.add('server/src/intake/readers/oneline/oneline.format.ts', READER)
  copy.edit('server/src/intake/readers/formats.ts', (text) =>
    text
      .replace(
        'import type { Format }',
        "import { oneline } from './oneline/oneline.format.ts'\nimport type { Format }",
      )
      .replace('FORMATS: readonly Format[] = [', 'FORMATS: readonly Format[] = [\n  oneline,'),
  )
  expect(complaints(copy)).toEqual({})
  expect(copy.touched).toHaveLength(2)

  const server = await startForTest({
    command: [process.execPath, '--disable-warning=ExperimentalWarning', join(copy.root, 'server/src/app/main.ts')],
  })
  const project = Number((await call(server, 'GET', '/projects.json')).data[0].id)
  const answer = await fetch(`${server.url}/api/v2/projects/${project}/imports.json?set-name=lines`, {
    method: 'POST',
    headers: { pttoken: server.token },
    body: 'ONELINE\nok adds\nno removes: expected 3, got 2\nnothing\n',
  })
  const { data, meta } = (await answer.json()) as {
    data: { attributes: Record<string, unknown> }
    meta: { notes: string[] }
  }
  expect(data.attributes).toMatchObject({ received: 2, stored: 2, passed: 1, failed: 1 })
  expect(data.attributes.files).toMatchObject([{ format: 'oneline' }])
  expect(meta.notes).toEqual(['line 4: a line that says nothing of a test'])
})
