import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, type Json, ROOT, type ServerProcess, startServer } from './server-process.ts'

const SEED = readFileSync(join(ROOT, 'e2e/fixtures/practitest-api-2016.md'), 'utf8')

/** The code blocks of one language in a section of the seed, as they stand. */
function blocks(section: string, language: string): string[] {
  const text = SEED.slice(SEED.indexOf(`\n# ${section}`) + 1)
  const end = text.indexOf('\n# ', 1)
  const scope = end === -1 ? text : text.slice(0, end)
  return [...scope.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => match[1] as string,
  )
}

/** Runs a program of the system; a missing one is a failure that says what to install. */
function run(program: string, args: string[]): string {
  const result = spawnSync(program, args, { encoding: 'utf8' })
  if (result.error) throw new Error(`this test needs ${program}: install it (${result.error.message})`)
  expect([result.status, result.stderr]).toEqual([0, expect.any(String)])
  return result.stdout
}

describe('the examples of the 2016 documents', () => {
  let server: ServerProcess
  let project: string
  let author: string
  let field: string
  /** Only URL, e-mail, token and ids are replaced. */
  const replaced = (code: string) =>
    code
      .replaceAll('https://prod.practitest.com', server.url)
      .replaceAll('CHANGE_WITH_YOUR_EMAIL_ADDRESS', 'owner@localhost')
      .replaceAll('CHANGE_WITH_YOUR_TOKEN', server.token)
      .replaceAll(':project_id => 19', `:project_id => ${project}`)
      .replaceAll('author_id: 1,', `author_id: ${author},`)
      .replaceAll('___f_21713', `___f_${field}`)

  beforeAll(async () => {
    server = await startServer()
    project = (await call(server, 'GET', '/projects.json')).data[0].id
    author = (await call(server, 'GET', '/users.json')).data[0].id
    const attributes = {
      name: 'Seed',
      'field-format': 'multilist',
      entities: ['Issue'],
      'possible-values': ['one', 'two'],
    }
    field = (await call(server, 'POST', `/projects/${project}/custom_fields.json`, { data: { attributes } })).data.id
  })
  afterAll(() => server?.stop())

  /** The two curl lines of the Authentication section. */
  const curls = () => {
    const lines = (blocks('Authentication', 'shell')[0] as string).split(/\n\s*\n/)
    return lines.filter((text) => /^\s*curl /.test(text)).map((text) => replaced(text).trim())
  }
  const isProjects = (text: string) =>
    expect((JSON.parse(text) as Json).data[0]).toMatchObject({ id: project, type: 'projects' })

  it('curl with -u lists the projects', () => {
    isProjects(run('bash', ['-c', curls()[0] as string]))
  })

  it('curl with the token in the query lists the projects once the address is quoted', () => {
    const line = curls()[1] as string
    isProjects(run('bash', ['-c', line.replace(/(http\S+)$/, "'$1'")]))
    // As printed, the shell cuts the address at the ampersand: the token never leaves the machine.
    const bare = JSON.parse(run('bash', ['-c', `${line}; wait`])) as Json
    expect(bare.errors[0]).toMatchObject({ status: '401', title: expect.any(String) })
  })

  it('the header Authorization: EMAIL:TOKEN is taken as written', () => {
    const header = /`(Authorization: CHANGE[^`]*)`/.exec(SEED)?.[1] as string
    isProjects(run('curl', ['-s', '-H', replaced(header), `${server.url}/api/v2/projects.json`]))
  })

  it('the Ruby script lists projects and creates its issue', () => {
    const script = replaced(blocks('Authentication', 'ruby')[0] as string)
    isProjects(run('ruby', ['-e', script]))
    const created = run('ruby', ['-e', `${script}\nputs post_good_results.body`])
      .trim()
      .split('\n')
      .at(-1) as string
    expect((JSON.parse(created) as Json).data).toMatchObject({
      type: 'issues',
      attributes: {
        title: 'yaniv',
        'author-id': Number(author),
        'custom-fields': { [`---f-${field}`]: ['one', 'two'] },
      },
    })
  })

  it('the same calls work from Python', () => {
    const args = [server.url, 'owner@localhost', server.token, project, author, field]
    const [projects, issue] = run('python3', [join(ROOT, 'e2e/fixtures/seed.py'), ...args])
      .trim()
      .split('\n')
    isProjects(projects as string)
    expect((JSON.parse(issue as string) as Json).data.attributes.title).toBe('yaniv')
  })
})
