import { MAX_NAME } from '../core/limits.ts'
import { createProblems } from '../core/problems.ts'
import { fold } from '../core/text.ts'
import type { Database, Tx } from '../db/handle.ts'
import { insertRows } from '../db/store.ts'
import { findUserByEmail } from '../features/members/users.store.ts'
import { projectNameTaken } from '../resources/projects/projects.store.ts'
import { checkEmail } from '../resources/users/check-email.ts'
import { isEmail } from '../resources/users/users.rules.ts'
import { insertUser } from '../resources/users/users.store.ts'
import { newSecret } from '../resources/webhooks/signing.ts'
import { AdminError } from './admin-error.ts'
import { createDumpChecker } from './check-dump.ts'
import { createFileReceiver, type FileStores } from './dump-attachments.ts'
import { readDump } from './dump-file.ts'
import type { DumpHeader } from './dump-lines.ts'
import { type Shapes, shapesAfter } from './dump-shapes.ts'
import { createIdList, type IdList } from './id-list.ts'
import { createRowMapper, type MapId } from './map-row.ts'
import { EXPORTED_TABLES, type ExportedTable, heldIn, isLeftOut, OF_USERS } from './project-columns.ts'
import type { DumpedRow } from './read-table.ts'
import { mustBeCurrent, mustKnow, NEWEST_SCHEMA } from './schema-state.ts'

interface Options extends FileStores {
  database: Database
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
  project: DumpedRow
  users: DumpedRow[]
  /** Every id in the export, of what it holds and of what it names. */
  ids: IdList
}

/** The columns that an export holds of a table. */
function columnsOf(shapes: Shapes, table: string): readonly string[] | undefined {
  if (table === 'users') return OF_USERS
  const exported = EXPORTED_TABLES.find((each) => each === table)
  if (exported === undefined) return undefined
  return [...(shapes.get(table)?.keys() ?? [])].filter((column) => !isLeftOut(heldIn(exported, column)))
}

/** Reads a whole export and checks all of it, so that a damaged or crafted one is found before anything is stored. */
async function verify(path: string): Promise<Outline> {
  let project: DumpedRow | undefined
  const users: DumpedRow[] = []
  const ids = createIdList()
  const collect = createRowMapper((id) => {
    if (Number.isSafeInteger(id) && id > 0) ids.add(id)
    return id
  })
  let checker: ReturnType<typeof createDumpChecker> | undefined
  for await (const line of readDump(path)) {
    if (checker === undefined) {
      const header = line as DumpHeader
      if (header.assay !== 'project') {
        throw new AdminError('This is a backup of a whole server, not an export: use "assay restore" for it.')
      }
      mustKnow(header.schema)
      if (header.schema !== NEWEST_SCHEMA) {
        throw new AdminError(
          `The export was made by an older version of Assay (${header.schema}): upgrade that server, and export again.`,
        )
      }
      const shapes = await shapesAfter(NEWEST_SCHEMA)
      checker = createDumpChecker({ header, shapes, columnsOf: (table) => columnsOf(shapes, table) })
      continue
    }
    checker.take(line)
    if (!('table' in line)) continue
    if (line.table === 'projects') project = line.row
    if (line.table === 'users') users.push(checkedUser(line.row))
    else collect(line.table as ExportedTable, line.row)
  }
  checker?.end()
  if (!project) throw new AdminError('The export holds no project.')
  return { project, users, ids }
}

/** A user as an export holds them; throws for an e-mail that is none. */
function checkedUser(row: DumpedRow): DumpedRow {
  const email = String(row.email)
  if (isEmail(email) && email.length <= MAX_NAME) return row
  throw new AdminError(`The export names a user whose e-mail is none: ${JSON.stringify(email.slice(0, 60))}`)
}

/** Users of the account by the ids they have in the export; those that are not there are made. */
async function findUsers({ database, accountId, now }: Options, users: readonly DumpedRow[]) {
  const ids = new Map<number, number>()
  const created = new Map<number, string>()
  for (const { id, ...cells } of users) {
    const email = String(cells.email).toLowerCase()
    const found = await database.write(1, async (tx) => {
      const known = await findUserByEmail(tx, accountId, email)
      if (known) return { userId: known.id, isNew: false }
      await checkEmail(tx, accountId, email, { problems: createProblems(), place: { pointer: '/users' } })
      const userId = await insertUser(tx, { accountId, cells, now })
      return { userId, isNew: true }
    })
    if (found.isNew) created.set(found.userId, email)
    ids.set(Number(id), found.userId)
  }
  return { ids, created }
}

/** Throws unless the account has no project of that name. */
async function mustBeFree(tx: Tx, { accountId }: Options, name: string): Promise<void> {
  if (!(await projectNameTaken(tx, accountId, name))) return
  throw new AdminError(`There is a project "${name}" already: give the imported one another name with --name.`)
}

/**
 * As many ids are taken from the sequence as the export holds and names, in one row, and given out in its order: so what
 * was made later still has the larger id, and no file can take more of the sequence than it has ids.
 */
function moveIds(users: ReadonlyMap<number, number>, old: IdList, first: number): MapId {
  return (id) => {
    const user = users.get(id)
    if (user !== undefined) return user
    const place = old.indexOf(id)
    return place === -1 ? null : first + place
  }
}

const BATCH = 200

/** Stores the rows and files; the project stays hidden. */
async function load(options: Options, mapId: MapId, name: string, summary: ImportSummary): Promise<void> {
  const { database, accountId, path, signal } = options
  const mapRow = createRowMapper(mapId)
  const files = createFileReceiver(options, () => accountId)
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
  const { project, users, ids } = await verify(options.path)
  const name = options.name ?? String(project.name)
  await database.write(0, (tx) => mustBeFree(tx, options, name))
  const found = await findUsers(options, users)
  const first = await database.write(0, ({ db, dialect }) => dialect.maintenance.takeIds(db, ids.sorted().length))
  const mapId = moveIds(found.ids, ids, first)
  const id = mapId(Number(project.id)) as number
  const summary: ImportSummary = {
    id,
    name,
    rows: 0,
    files: 0,
    missing: [],
    createdUsers: [...found.created.values()],
    webhooksOff: [],
  }
  const setDeleted = (tx: Tx, time: number | null) =>
    tx.db.updateTable('projects').set({ deleted_at: time }).where('id', '=', id).execute()
  try {
    await load(options, mapId, name, summary)
    await database.write(0, async (tx) => {
      await mustBeFree(tx, options, name)
      await setDeleted(tx, null)
    })
  } catch (error) {
    await database.write(0, async (tx) => {
      await setDeleted(tx, now)
      const made = [...found.created.keys()]
      if (made.length > 0) {
        await tx.db.deleteFrom('users').where('account_id', '=', options.accountId).where('id', 'in', made).execute()
      }
    })
    throw error
  }
  return summary
}
