import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { run } from '../cli/src/test/run.ts'
import { fillWorld } from './fill-world.ts'
import { DATABASES, type Json, newFolder, type Place, placeOn, startServer } from './server-process.ts'
import { sha256 } from './sha256.ts'

// Whoever made a dump may be a stranger: what Assay does not write is refused before a statement is made of it.

const assay = (place: Place, ...argv: string[]) => run(argv, { env: place })

async function done(place: Place, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await assay(place, ...argv)
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return stdout
}

const readLines = (path: string): Json[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .slice(0, -1)

/** A dump whose checksum is right, whatever it holds. */
function writeLines(lines: readonly Json[]): string {
  const path = join(newFolder(), 'crafted.jsonl')
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(path, `${text}${JSON.stringify({ end: { lines: lines.length, sha256: sha256(text) } })}\n`)
  return path
}

const OTHER_HASH = 'ab'.repeat(32)

/** Changes the first row of a table. */
const change = (table: string, cells: Json) => (lines: Json[]) => {
  const line = lines.find((each) => each.table === table)
  Object.assign(line.row, cells)
  return lines
}
const insertAt = (place: (lines: Json[]) => number, line: Json) => (lines: Json[]) =>
  lines.toSpliced(place(lines), 0, line)
const fileLine = (lines: Json[]) => lines.findIndex((line) => 'file' in line)

type Craft = [what: string, craft: (lines: Json[]) => Json[], message: RegExp]

/** What both kinds of dump must not hold. */
const CRAFTED: Craft[] = [
  [
    'a hash that leads to another file',
    change('attachments', { hash: '../../../../etc/passwd' }),
    /attachments[.]hash .* SHA-256/,
  ],
  ['a hash with a letter in upper case', change('attachments', { hash: 'AB'.repeat(32) }), /SHA-256/],
  [
    'an attachment without its file',
    change('attachments', { hash: OTHER_HASH }),
    /no attachment has the file|neither there/,
  ],
  [
    'SQL in the name of a column',
    change('tests', { 'name") values (1); drop table "runs"; --': 1 }),
    /tests has no column/,
  ],
  [
    'SQL in the name of a table',
    (lines) => [...lines, { table: 'tests"; drop table "runs', row: {} }],
    /knows no table/,
  ],
  ['a table of the database itself', (lines) => [...lines, { table: 'sqlite_schema', row: {} }], /knows no table/],
  ['a table of the prototype', (lines) => [...lines, { table: 'constructor', row: {} }], /knows no table/],
  ['a column of the prototype', change('tests', { constructor: 1 }), /has no column/],
  ['a row that is no object', (lines) => [...lines, { table: 'tests', row: null }], /a row must be an object/],
  ['a text for a number', change('tests', { display_id: '1' }), /must be a number/],
  ['half a number', change('tests', { display_id: 1.5 }), /must be a whole number/],
  ['a number beyond all numbers', change('tests', { id: 2 ** 60 }), /must be a whole number/],
  ['a number below zero', change('tests', { id: -1 }), /below zero/],
  ['a number for a text', change('tests', { name: 7 }), /must be a text/],
  ['an object for a text', change('tests', { name: { toString: 'x' } }), /must be a text/],
  ['nothing where something must be', change('tests', { name: null }), /may not be null/],
  ['U+0000', change('tests', { name: 'a\0b' }), /no stored text/],
  ['custom fields that are no JSON', change('tests', { custom_fields: '{' }), /must hold JSON/],
  ['tags that are no list', change('tests', { tags: '{}' }), /must hold JSON, an array/],
  ['a status that is none', change('runs', { status: 'GREEN' }), /must be one of/],
  ['a kind that is none', change('attachments', { entity: 'account' }), /must be one of/],
  ['a link to a user', change('links', { to_kind: 'users' }), /must be one of/],
  ['a run of an instance that is not there', change('runs', { instance_id: 4242424242 }), /names nothing/],
  [
    'a row twice',
    (lines) => {
      const at = lines.findIndex((line) => line.table === 'tests')
      return lines.toSpliced(at, 0, lines[at])
    },
    /do not ascend/,
  ],
  [
    'a last id that uses up all ids',
    (lines) => [{ ...lines[0], 'last-id': Number.MAX_SAFE_INTEGER }, ...lines.slice(1)],
    /last-id/,
  ],
  ['a last id before its rows', (lines) => [{ ...lines[0], 'last-id': 1 }, ...lines.slice(1)], /last-id/],
  ['a last id that is none', (lines) => [{ ...lines[0], 'last-id': '9'.repeat(99) }, ...lines.slice(1)], /last-id/],
  ['a second header', (lines) => [lines[0], ...lines], /neither a row nor a file/],
  ['bytes of no file', insertAt(() => 1, { bytes: 'AAAA' }), /behind no file/],
  ['bytes that are no base64', insertAt((lines) => fileLine(lines) + 1, { bytes: '%%%%' }), /must be base64/],
  ['more bytes than a file has', insertAt((lines) => fileLine(lines) + 1, { bytes: 'AAAA' }), /not as many bytes/],
  ['a file that nothing refers to', (lines) => [...lines, { file: OTHER_HASH, account: 1, size: 0 }], /no attachment/],
  ['a file outside the store', (lines) => [...lines, { file: '../../x', account: 1, size: 0 }], /no SHA-256/],
  [
    'other bytes under a hash',
    (lines) => {
      const at = fileLine(lines) + 1
      const bytes = Buffer.from(lines[at].bytes, 'base64')
      bytes[0] = (bytes[0] as number) ^ 1
      return lines.with(at, { bytes: bytes.toString('base64') })
    },
    /not its own/,
  ],
]

/** What only the export of a project must not hold. */
const CRAFTED_EXPORTS: Craft[] = [
  ['a row of another project', change('tests', { project_id: 1 }), /another project/],
  ['two projects', (lines) => [...lines, lines.find((line) => line.table === 'projects')], /holds one project/],
  ['a token', (lines) => [...lines, { table: 'tokens', row: { id: 1 } }], /knows no table/],
  ['an owner', change('users', { is_owner: 1 }), /users has no column/],
  ['an account', change('projects', { account_id: 2 }), /projects has no column/],
  ['the secret of a webhook', change('webhooks', { secret: 'whsec_x' }), /webhooks has no column/],
  ['an e-mail that is none', change('users', { email: 'x' }), /e-mail is none/],
]

describe.each(DATABASES)('crafted dumps on %s', (database) => {
  let place: Place
  let exported: string
  let backup: string
  beforeAll(async () => {
    place = await placeOn(database)
    const server = await startServer({ env: place, dataDir: place.ASSAY_DATA_DIR })
    const world = await fillWorld(server)
    const folder = newFolder()
    exported = join(folder, 'export.jsonl')
    backup = join(folder, 'backup.jsonl')
    await done(place, 'export', '--project', String(world.project), '--output', exported)
    await done(place, 'backup', backup)
    await server.stop()
  })

  /** What an operator sees of a server, and where its ids are. */
  async function state(): Promise<Json> {
    const [, ...projects] = (await done(place, 'project', 'list')).trim().split('\n')
    const path = join(newFolder(), 'state.jsonl')
    await done(place, 'backup', path)
    const [header, ...lines] = readLines(path)
    const count = (table: string) => lines.filter((line) => line.table === table).length
    return { projects: projects.length, users: count('users'), tests: count('tests'), lastId: header['last-id'] }
  }

  it('are refused as exports, by line, and nothing is stored', async () => {
    const before = await state()
    for (const [what, craft, message] of [...CRAFTED, ...CRAFTED_EXPORTS]) {
      const path = writeLines(craft(readLines(exported)))
      const { exitCode, stderr } = await assay(place, 'import', path, '--name', 'Crafted')
      expect([what, exitCode, stderr]).toEqual([what, 2, expect.stringMatching(message)])
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    expect(await state()).toEqual(before)
  })

  it('are refused as backups, and the whole one can be restored in the same place', async () => {
    const empty = await placeOn(database)
    for (const [what, craft, message] of CRAFTED) {
      const path = writeLines(craft(readLines(backup)))
      const { exitCode, stderr } = await assay(empty, 'restore', path)
      expect([what, exitCode, stderr]).toEqual([what, 2, expect.stringMatching(message)])
    }
    expect(existsSync(join(empty.ASSAY_DATA_DIR, 'attachments'))).toBe(false)
    await done(empty, 'restore', backup)
  })

  it('cannot take more ids than they have rows', async () => {
    const before = await state()
    const lines = readLines(exported)
    const test = lines.findLast((line) => line.table === 'history_events')
    test.row.entity_id = 2 ** 30
    lines[0]['last-id'] = 2 ** 31 - 1
    await done(place, 'import', writeLines(lines), '--name', 'Sparse')
    expect((await state()).lastId - before.lastId).toBeLessThan(lines.length * 3)
  })
})
