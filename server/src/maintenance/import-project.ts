import { AdminError } from '../admin-error.ts'
import { createProblems } from '../core/problems.ts'
import { fold } from '../core/text.ts'
import type { Database, Tx } from '../db/database.ts'
import { insertRows } from '../db/store.ts'
import { projectNameTaken } from '../resources/projects/projects.actions.ts'
import { findUserByEmail, insertUser } from '../resources/users/users.actions.ts'
import { newSecret } from '../resources/webhooks/signing.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { createFileReceiver } from './dump-attachments.ts'
import { readDump } from './dump-file.ts'
import type { DumpHeader } from './dump-lines.ts'
import { createRowMapper, type MapId } from './map-row.ts'
import { type ExportedTable, PROJECT_COLUMNS } from './project-columns.ts'
import { mustBeCurrent, mustKnow, NEWEST_SCHEMA } from './schema-state.ts'
import type { DumpedRow } from './tables.ts'

interface Options {
  database: Database
  blobs: BlobStore
  path: string
  accountId: number
  /** Another name for the project. */
  name?: string
  now: number
  signal?: AbortSignal
}

export interface ImportSummary {
  id: number
  name: string
  rows: number
  files: number
  missing: string[]
  /** E-mails of users that the account did not have. */
  createdUsers: string[]
  /** Names of webhooks that were on, and are off until somebody switches them on here. */
  webhooksOff: string[]
}

/**
 * Hides a project whose import is not done: readers see no project with a time of deletion, and this one is before all
 * times at which housekeeping looks for what was deleted.
 */
export const UNFINISHED = -1

interface Outline {
  header: DumpHeader
  project: DumpedRow
  users: DumpedRow[]
}

/** Reads a whole export, so that a damaged one is found before anything is stored. */
async function verify(path: string): Promise<Outline> {
  const outline: Partial<Outline> & { users: DumpedRow[] } = { users: [] }
  for await (const line of readDump(path)) {
    if ('assay' in line) {
      outline.header = line
      if (line.assay !== 'project') {
        throw new AdminError('This is a backup of a whole server, not an export: use "assay restore" for it.')
      }
      mustKnow(line.schema)
      if (line.schema !== NEWEST_SCHEMA) {
        throw new AdminError(
          `The export was made by an older version of Assay (${line.schema}): upgrade that server, and export again.`,
        )
      }
    }
    if (!('table' in line)) continue
    if (line.table === 'projects') outline.project = line.row
    else if (line.table === 'users') outline.users.push(line.row)
    else if (!(line.table in PROJECT_COLUMNS)) {
      throw new AdminError(`The export holds a table that this version of Assay does not know: ${line.table}`)
    }
  }
  if (!outline.header || !outline.project) throw new AdminError('The export holds no project.')
  return outline as Outline
}

/** Users of the account by the ids they have in the export; those that are not there are made. */
async function findUsers({ database, accountId, now }: Options, users: readonly DumpedRow[]) {
  const ids = new Map<number, number>()
  const created: string[] = []
  for (const { id, ...cells } of users) {
    const userId = await database.write(1, async (tx) => {
      const email = String(cells.email)
      const known = await findUserByEmail(tx, accountId, email)
      if (known) return known.id
      const place = { pointer: '/users' }
      const made = await insertUser(tx, { accountId, cells, now, problems: createProblems(), place })
      created.push(email)
      return made
    })
    ids.set(Number(id), userId)
  }
  return { ids, created }
}

/** Throws unless the account has no project of that name. */
async function mustBeFree(tx: Tx, { accountId }: Options, name: string): Promise<void> {
  if (!(await projectNameTaken(tx, accountId, name))) return
  throw new AdminError(`There is a project "${name}" already: give the imported one another name with --name.`)
}

/**
 * Ids keep their distances: a range of the sequence as long as the export's is taken, and every id moves into it. So
 * nothing has to be remembered, and what was made later still has the larger id.
 */
function moveIds(users: ReadonlyMap<number, number>, old: { first: number; last: number }, first: number): MapId {
  return (id) => users.get(id) ?? (id >= old.first && id <= old.last ? id - old.first + first : null)
}

const BATCH = 200

/** Stores the rows and files; the project stays hidden. */
async function load(options: Options, mapId: MapId, name: string, summary: ImportSummary): Promise<void> {
  const { database, blobs, accountId, path, signal } = options
  const mapRow = createRowMapper(mapId)
  const files = createFileReceiver(blobs, () => accountId)
  let group: { table: ExportedTable; rows: DumpedRow[] } | undefined
  const flush = async () => {
    const ready = group
    group = undefined
    if (ready) await database.write(0, (tx) => insertRows(tx, ready.table, ready.rows as never))
  }
  const complete = (table: ExportedTable, row: DumpedRow): DumpedRow => {
    if (table === 'projects') {
      return { ...row, account_id: accountId, name, name_folded: fold(name), deleted_at: UNFINISHED }
    }
    if (table === 'history_events') return { ...row, account_id: accountId }
    if (table !== 'webhooks') return row
    const secrets = { secret: newSecret(), old_secret: null, old_secret_until: null }
    if (row.enabled !== 1) return { ...row, ...secrets }
    summary.webhooksOff.push(String(row.name))
    return {
      ...row,
      ...secrets,
      enabled: 0,
      disabled_reason: 'It was imported; switch it on when this server is to call it',
    }
  }
  for await (const line of readDump(path)) {
    signal?.throwIfAborted()
    await files.take(line)
    if ('file' in line) summary.files++
    if ('missing' in line) summary.missing.push(line.missing)
    if (!('table' in line) || line.table === 'users') continue
    const table = line.table as ExportedTable
    if (group?.table !== table || group.rows.length >= BATCH) await flush()
    group ??= { table, rows: [] }
    group.rows.push(complete(table, mapRow(table, line.row)))
    summary.rows++
  }
  await flush()
  await files.end()
}

/**
 * Makes a project from an export, in an account of this server: with ids of its own, its display-ids as they were, users
 * found by e-mail or made. It is stored in short transactions, beside a server that goes on serving, and seen only when
 * it is whole; what a failed import left is removed in the background. Throws an AdminError for an export that is damaged
 * or of another version, and for a name that is taken.
 */
export async function importProject(options: Options): Promise<ImportSummary> {
  const { database, now } = options
  await mustBeCurrent(database.read)
  const { header, project, users } = await verify(options.path)
  const name = options.name ?? String(project.name)
  await database.write(0, (tx) => mustBeFree(tx, options, name))
  const found = await findUsers(options, users)
  const old = { first: Number(project.id), last: header['last-id'] }
  const id = await database.write(0, ({ db, dialect }) => dialect.upkeep.takeIds(db, old.last - old.first + 1))
  const summary: ImportSummary = {
    id,
    name,
    rows: 0,
    files: 0,
    missing: [],
    createdUsers: found.created,
    webhooksOff: [],
  }
  const setDeleted = (tx: Tx, time: number | null) =>
    tx.db.updateTable('projects').set({ deleted_at: time }).where('id', '=', id).execute()
  try {
    await load(options, moveIds(found.ids, old, id), name, summary)
    await database.write(0, async (tx) => {
      await mustBeFree(tx, options, name)
      await setDeleted(tx, null)
    })
  } catch (error) {
    await database.write(0, (tx) => setDeleted(tx, now))
    throw error
  }
  return summary
}
