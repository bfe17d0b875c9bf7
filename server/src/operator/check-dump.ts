import { createHash, type Hash } from 'node:crypto'
import { ASSIGNEE_TYPES, ENTITY_WORDS, typesWith, wordsWith } from '../core/kinds.ts'
import { RUN_STATUSES } from '../core/run-statuses.ts'
import type { TableName } from '../db/schema.ts'
import { hasId } from '../db/tables.ts'
import { AdminError } from './admin-error.ts'
import { type DumpHeader, type DumpLine, isHash } from './dump-lines.ts'
import { COUNTS, type ColumnShape, JSON_CELLS, PARENTS, type Shapes } from './dump-shapes.ts'
import { createIdList, type IdList } from './id-list.ts'
import { EXPORTED_TABLES } from './project-columns.ts'
import type { DumpedRow } from './read-table.ts'

/** Words that a column may hold; the others hold texts of people. */
const VOCABULARY: Readonly<Record<string, ReadonlySet<string>>> = {
  from_kind: new Set(typesWith('links')),
  to_kind: new Set(typesWith('links')),
  run_status: new Set(RUN_STATUSES),
  assigned_to_type: new Set(ASSIGNEE_TYPES),
  run_type: new Set(['AutomatedRun', 'ManualRun']),
}
const VOCABULARY_OF: Readonly<Record<string, Readonly<Record<string, ReadonlySet<string>>>>> = {
  attachments: { entity: new Set(ENTITY_WORDS) },
  comments: { entity: new Set(ENTITY_WORDS) },
  folders: { entity: new Set(wordsWith('folder')) },
  filters: { entity: new Set(wordsWith('filters')) },
  field_values: { kind: new Set(EXPORTED_TABLES) },
  removals: { kind: new Set(['field', 'folder', 'milestone', 'group']) },
  steps: { kind: new Set(['ManualStep', 'CallToTest']) },
  runs: { status: new Set(RUN_STATUSES) },
  step_runs: { status: new Set(['PASSED', 'FAILED', 'BLOCKED', 'NO RUN', 'N/A']) },
}

/** Which columns a table's rows must have, no more and no fewer; undefined: the file may hold no such table. */
export type ExpectedColumns = (table: string) => readonly string[] | undefined

interface Options {
  header: DumpHeader
  shapes: Shapes
  columnsOf: ExpectedColumns
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function isJson(text: string, kind: 'object' | 'array' | 'any'): boolean {
  try {
    const value: unknown = JSON.parse(text)
    if (kind === 'array') return Array.isArray(value)
    return kind === 'any' || (typeof value === 'object' && value !== null && !Array.isArray(value))
  } catch {
    return false
  }
}

/** What is wrong with a cell, or undefined. */
function faultOf(table: string, column: string, cell: unknown, shape: ColumnShape): string | undefined {
  if (cell === null) return shape.isNullable ? undefined : 'it may not be null'
  if (shape.type === 'text') {
    if (typeof cell !== 'string') return 'it must be a text'
    if (cell.includes('\0') || !cell.isWellFormed()) return 'it holds what no stored text holds'
    const words = VOCABULARY_OF[table]?.[column] ?? VOCABULARY[column]
    if (words && !words.has(cell)) return `it must be one of ${[...words].join(', ')}`
    const json = JSON_CELLS[column]
    if (json && !isJson(cell, json)) return `it must hold JSON${json === 'any' ? '' : `, an ${json}`}`
    if (table === 'attachments' && column === 'hash' && !isHash(cell)) return 'it must be a SHA-256 in hexadecimal'
    return undefined
  }
  if (typeof cell !== 'number' || !Number.isFinite(cell)) return 'it must be a number'
  if (shape.type === 'real') return undefined
  if (!Number.isSafeInteger(cell)) return 'it must be a whole number'
  const isId = column === 'id' || column.endsWith('_id')
  return cell < 0 && (isId || COUNTS.has(column)) ? 'it may not be below zero' : undefined
}

/**
 * Checks a dump line by line against the schema, before the first statement is made of it: whoever made the file may be
 * a stranger (tables, columns, types, words, JSON, keys, references, hashes, sizes and contents of files). Throws an
 * AdminError that names the line.
 */
export function createDumpChecker({ header, shapes, columnsOf }: Options) {
  let number = 1
  let largest = 0
  let projectId: number | undefined
  /** Ids of what others hang on, by table and project. */
  const ids = new Map<string, IdList>()
  const last = new Map<string, readonly [number, number]>()
  const needed = new Map<string, number>()
  const offered = new Set<string>()
  let file: { hash: string; left: number; sha256: Hash } | undefined

  const wrong = (what: string) => new AdminError(`Line ${number} of the file is not what Assay writes: ${what}.`)

  function checkProject(table: string, row: DumpedRow): void {
    if (header.assay !== 'project') return
    if (table === 'projects') {
      if (projectId !== undefined) throw wrong('an export holds one project')
      projectId = row.id as number
    } else if (table !== 'users' && row.project_id !== projectId) {
      throw wrong(`the row of ${table} belongs to another project`)
    }
  }

  /** Ids ascend within a table of a project, so none comes twice; what hangs on another row comes behind it. */
  function checkIds(table: TableName, row: DumpedRow): void {
    const project = (row.project_id ?? 0) as number
    for (const [column, parent] of Object.entries(PARENTS[table] ?? {})) {
      const id = row[column]
      if (typeof id === 'number' && (ids.get(`${parent} ${project}`)?.indexOf(id) ?? -1) === -1) {
        throw wrong(`${table}.${column} names nothing that is in the file: ${id}`)
      }
    }
    const { id } = row
    if (typeof id !== 'number') return
    largest = Math.max(largest, id)
    if (!hasId(table)) return
    const before = last.get(table)
    if (before && (before[0] > project || (before[0] === project && before[1] >= id))) {
      throw wrong(`the rows of ${table} do not ascend by id`)
    }
    last.set(table, [project, id])
    const key = `${table} ${project}`
    const list = ids.get(key) ?? createIdList()
    list.add(id)
    ids.set(key, list)
  }

  function checkRow(table: string, row: unknown): void {
    const columns = columnsOf(table)
    const shape = shapes.get(table)
    if (!columns || !shape) throw wrong(`this version of Assay knows no table ${shown(table)} there`)
    if (typeof row !== 'object' || row === null) throw wrong('a row must be an object')
    const names = Object.keys(row)
    const strange = names.find((name) => !columns.includes(name))
    if (strange !== undefined) throw wrong(`${table} has no column ${shown(strange)}`)
    const missing = columns.find((name) => !Object.hasOwn(row, name))
    if (missing !== undefined) throw wrong(`the row of ${table} lacks its ${missing}`)
    for (const [column, cell] of Object.entries(row as DumpedRow)) {
      const fault = faultOf(table, column, cell, shape.get(column) as ColumnShape)
      if (fault) throw wrong(`${table}.${column} is ${shown(cell)}, and ${fault}`)
    }
    const checked = row as DumpedRow
    checkProject(table, checked)
    checkIds(table as TableName, checked)
    if (table === 'attachments') needed.set(String(checked.hash), checked.size as number)
  }

  function endFile(): void {
    if (file === undefined) return
    if (file.left !== 0) throw wrong(`the file ${file.hash} has not as many bytes as it says`)
    if (file.sha256.digest('hex') !== file.hash) throw wrong(`the contents of the file ${file.hash} are not its own`)
    file = undefined
  }

  function takeBytes(bytes: unknown): void {
    if (file === undefined) throw wrong('bytes stand behind no file')
    const piece = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : undefined
    if (piece === undefined || piece.toString('base64') !== bytes) throw wrong('the bytes of a file must be base64')
    file.left -= piece.length
    file.sha256.update(piece)
  }

  function startFile(hash: unknown, size: unknown): void {
    if (!isHash(hash)) throw wrong(`${shown(hash)} is no SHA-256 in hexadecimal`)
    if (!needed.has(hash)) throw wrong(`no attachment has the file ${hash}`)
    if (size !== undefined && size !== needed.get(hash))
      throw wrong(`the size of the file ${hash} is not its attachment's`)
    offered.add(hash)
    if (size !== undefined) file = { hash, left: size as number, sha256: createHash('sha256') }
  }

  return {
    /** Takes a line behind the header. */
    take(line: DumpLine): void {
      number++
      if ('bytes' in line) {
        takeBytes(line.bytes)
        return
      }
      endFile()
      if ('table' in line) checkRow(line.table, line.row)
      else if ('file' in line) startFile(line.file, line.size ?? Number.NaN)
      else if ('missing' in line) startFile(line.missing, undefined)
      else throw wrong('it is neither a row nor a file')
      if ('account' in line && !Number.isSafeInteger(line.account)) throw wrong('an account is a whole number')
    },
    /** At the end of the file: what must be there all told. */
    end(): void {
      endFile()
      const lost = [...needed.keys()].find((hash) => !offered.has(hash))
      if (lost !== undefined) throw wrong(`the file ${lost} of an attachment is neither there nor said to be missing`)
      // The sequence goes on behind it, and never comes back.
      const lastId = header['last-id']
      if (!Number.isSafeInteger(lastId) || lastId < largest) throw wrong('its last-id is no id, or one before its rows')
      if (lastId > Math.max(2 ** 31 - 1, largest * 2)) throw wrong(`its last-id is ${lastId}, far behind its last row`)
    },
  }
}
