import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort } from '../../test-support/free-port.ts'
import { type Measure, runLoad } from '../load.ts'
import { testName } from '../seed.ts'

/** The version that is measured. */
const VERSION = '12.4.0'
const TOKEN = 'bench-token'
const CLIENTS = 32

/** The attributes of a test that our list shows, as columns of theirs. */
const TEXTS = [
  'name',
  'description',
  'preconditions',
  'status',
  'run_status',
  'assigned_to_type',
  'version',
  'priority',
]
const MORE_TEXTS = ['duration_estimate', 'test_type', 'scenario', 'custom_fields', 'automated_fields', 'tags']
const NUMBERS = [
  'project_id',
  'display_id',
  'steps_count',
  'author_id',
  'assigned_to_id',
  'cloned_from_id',
  'folder_id',
]
const TIMES = ['last_run', 'planned_execution', 'created_at', 'updated_at']

/**
 * The Node that runs npm: native addons of Directus are built for it, and the one this project brings may be another.
 */
const node = process.env.npm_node_execpath ?? process.execPath
const npm = process.env.npm_execpath

async function run(program: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<void> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${errors.slice(-2000)}`)
}

const field = (name: string, type: string) => ({ field: name, type, meta: {}, schema: {} })
const primaryKey = {
  field: 'id',
  type: 'integer',
  meta: {},
  schema: { is_primary_key: true, has_auto_increment: true },
}

async function createCollections(url: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`Directus answered ${answer.status} to ${path}: ${await answer.text()}`)
  }
  const collection = (name: string, fields: object[]) =>
    post('/collections', { collection: name, meta: {}, schema: {}, fields: [primaryKey, ...fields] })
  await collection('tests', [
    ...[...TEXTS, ...MORE_TEXTS].map((name) => field(name, 'text')),
    ...NUMBERS.map((name) => field(name, 'integer')),
    ...TIMES.map((name) => field(name, 'timestamp')),
  ])
  await collection('runs', [field('instance_id', 'integer'), field('status', 'string')])
  await collection('step_runs', [field('name', 'string'), field('status', 'string'), field('run', 'integer')])
  await post('/fields/runs', { field: 'steps', type: 'alias', meta: { special: ['o2m'] } })
  await post('/relations', {
    collection: 'step_runs',
    field: 'run',
    related_collection: 'runs',
    meta: { one_field: 'steps' },
  })
}

function insertTests(file: string, rows: number): void {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  const columns = [
    'name',
    'description',
    'status',
    'run_status',
    'priority',
    'custom_fields',
    'project_id',
    'display_id',
  ]
  const insert = database.prepare(
    `insert into tests (${columns}, created_at, updated_at) values (${columns.map(() => '?')}, ?, ?)`,
  )
  database.exec('begin')
  const description = 'Opens the page, does what the name says and looks at the answer.'
  for (let n = 0; n < rows; n++) {
    const time = 1_767_225_600_000
    insert.run(testName(n), description, 'Ready', 'PASSED', 'High', `{"part": ${n % 100}}`, 1, n + 1, time, time)
  }
  database.exec('commit')
  database.close()
}

/** Installs Directus below a folder, gives it as many tests on SQLite, and measures what both can do. */
export async function measureDirectus({ folder, rows, seconds }: { folder: string; rows: number; seconds: number }) {
  const home = join(folder, 'directus')
  mkdirSync(home, { recursive: true })
  if (npm === undefined) throw new Error('Run the bench by "npm run bench": Directus is installed by npm')
  if (!existsSync(join(home, 'node_modules'))) {
    writeFileSync(join(home, 'package.json'), '{"private":true}')
    await run(node, [npm, 'install', `directus@${VERSION}`, 'sqlite3', '--no-audit', '--no-fund'], home)
  }
  const file = join(home, `data-${Date.now()}.db`)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    HOST: '127.0.0.1',
    PORT: String(port),
    KEY: 'bench',
    SECRET: 'a secret of no consequence, long enough',
    ADMIN_EMAIL: 'admin@example.org',
    ADMIN_PASSWORD: 'of no consequence',
    ADMIN_TOKEN: TOKEN,
    DB_CLIENT: 'sqlite3',
    DB_FILENAME: file,
    LOG_LEVEL: 'error',
    TELEMETRY: 'false',
    CACHE_ENABLED: 'false',
    RATE_LIMITER_ENABLED: 'false',
    WEBSOCKETS_ENABLED: 'false',
  }
  const program = join(home, 'node_modules/directus/cli.js')
  await run(node, [program, 'bootstrap'], home, env)
  const server = spawn(node, [program, 'start'], { cwd: home, env: { ...process.env, ...env }, stdio: 'ignore' })
  const end = new Promise((resolve) => server.once('close', resolve))
  try {
    while (
      !(await fetch(`${url}/server/ping`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (server.exitCode !== null) throw new Error(`Directus ended with code ${server.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await createCollections(url)
    insertTests(file, rows)
    const load = { url, token: 'none', authorization: `Bearer ${TOKEN}`, clients: CLIENTS, seconds }
    const show = await runLoad({
      ...load,
      paths: Array.from({ length: 1000 }, (_, i) => `/items/tests/${((i * 7919) % rows) + 1}`),
    })
    const list = await runLoad({ ...load, paths: ['/items/tests?limit=100&meta=total_count'] })
    const steps = [1, 2, 3].map((step) => ({ name: `Step ${step}`, status: 'PASSED' }))
    const body = (n: number) => JSON.stringify({ instance_id: n, status: 'PASSED', steps })
    const create: Measure = await runLoad({ ...load, method: 'POST', paths: ['/items/runs'], body })
    return { show, list, create }
  } finally {
    server.kill('SIGTERM')
    await end
  }
}
