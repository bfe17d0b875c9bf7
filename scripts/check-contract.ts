import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASONS } from '../server/src/test/tolerated.ts'

// `npm run contract`: which tests exercised each endpoint of the contract on each database, as recorded while the
// tests ran. Fails while an endpoint has none, and on exceptions from the check of requests that nothing needed.

const root = join(import.meta.dirname, '..')
const records = join(root, 'reports', 'contract')
const DATABASES = ['sqlite', 'postgres']

/** The suffix is optional on every path; only a download differs from its metadata by it. */
const isDownload = (method: string, path: string) => method === 'GET' && /\/attachments\/:id(\.json)?$/.test(path)
const keyOf = (method: string, path: string) =>
  `${method} ${isDownload(method, path) ? path : path.replace(/\.json$/, '')}`

function readRecords(): Map<string, Map<string, Set<string>>> {
  const calls = new Map<string, Map<string, Set<string>>>()
  if (!existsSync(records)) return calls
  for (const file of readdirSync(records)) {
    for (const line of readFileSync(join(records, file), 'utf8').split('\n').filter(Boolean)) {
      const [method = '', path = '', database = '', test = ''] = line.split('\t')
      const byDatabase = calls.get(keyOf(method, path)) ?? new Map<string, Set<string>>()
      calls.set(keyOf(method, path), byDatabase)
      byDatabase.set(database, (byDatabase.get(database) ?? new Set()).add(test))
    }
  }
  return calls
}

const calls = readRecords()
const endpoints = readFileSync(join(root, 'docs', 'endpoints.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
const untested: string[] = []
for (const [method = '', path = ''] of endpoints.map((line) => line.split('\t'))) {
  const byDatabase = calls.get(keyOf(method, path))
  console.log(`${method} ${path}`)
  for (const database of DATABASES) {
    const tests = [...(byDatabase?.get(database) ?? [])].sort()
    if (tests.length === 0) untested.push(`${method} ${path} on ${database}`)
    const rest = tests.length > 1 ? ` (and ${tests.length - 1} more)` : ''
    console.log(`  ${database.padEnd(8)} ${tests.length === 0 ? 'NO TEST' : `${tests[0]}${rest}`}`)
  }
}
const tolerated = join(root, 'reports', 'tolerated')
const needed = new Set(
  existsSync(tolerated)
    ? readdirSync(tolerated).flatMap((file) => readFileSync(join(tolerated, file), 'utf8').split('\n'))
    : [],
)
const unneeded = REASONS.filter((reason) => !needed.has(reason))
console.log(`${endpoints.length} endpoints, ${untested.length} without a test on a database`)
if (calls.size === 0) console.error('Nothing is recorded: run "npm run test:run" first.')
if (unneeded.length > 0) {
  console.error(
    `No request needed these exceptions of server/src/test/tolerated.ts:\n${unneeded.map((line) => `  ${line}`).join('\n')}`,
  )
  process.exitCode = 1
}
if (untested.length > 0) {
  console.error(`No test exercised:\n${untested.map((line) => `  ${line}`).join('\n')}`)
  process.exitCode = 1
}
