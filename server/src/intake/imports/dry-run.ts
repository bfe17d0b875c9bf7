import { MAX_TOLD } from '../../core/limits.ts'
import { renderResource } from '../../core/resource/render.ts'
import { findById } from '../../db/store.ts'
import type { Answer } from '../../engine/route.ts'
import type { BatchResult } from './batch.ts'
import { beginImport } from './begin-import.ts'
import { type Delivery, inTransaction } from './delivery.ts'
import { idsOf, jobOf, recordOf } from './import-job.ts'
import { type FileReceipt, imports } from './imports.resource.ts'
import {
  type ImportRecord,
  insertImport,
  noProgress,
  type Progress,
  progressCells,
  type Refusal,
} from './imports.store.ts'
import { batchesOf } from './prepare-cases.ts'
import { storeBatch } from './store-batch.ts'

/** Ends a transaction of a dry run, which leaves nothing behind. */
class TriedOut extends Error {
  readonly row: ImportRecord
  readonly result: BatchResult

  constructor(row: ImportRecord, result: BatchResult) {
    super('nothing is stored by a dry run')
    this.row = row
    this.result = result
  }
}

/** Reads and matches as if to store, batch by batch, and takes each back. */
export async function tryOut(delivery: Delivery): Promise<Answer> {
  const { context, parameters, notes, likeness } = delivery
  let progress: Progress = { ...noProgress(), received: delivery.inspection.received }
  const refusals: Refusal[] = []
  let row: ImportRecord | undefined
  for await (const batch of batchesOf(delivery, 0)) {
    try {
      await inTransaction(context, idsOf(batch, true) + 4, async (tx) => {
        const begun = await beginImport(tx, context, parameters, notes.add)
        const record = recordOf(delivery, tx.nextId(), begun)
        await insertImport(tx, record)
        const job = await jobOf(delivery, tx, record.id, begun, context.now)
        throw new TriedOut(record, await storeBatch(tx, job, batch, { ...progress }))
      })
    } catch (error) {
      if (!(error instanceof TriedOut)) throw error
      row = error.row
      const { result } = error
      progress = result.progress
      refusals.push(...result.refusals.slice(0, MAX_TOLD.refusals - refusals.length))
      for (const name of result.made) likeness.add(name)
    }
  }
  if (likeness.note !== undefined) notes.add(likeness.note)
  // What it would have made is taken back, and has no id.
  const idOf = async (table: 'builds' | 'sets', id: number | undefined) =>
    id === undefined ? null : ((await findById(context.reader, table, context.project.id, id))?.id ?? null)
  const place = { build_id: await idOf('builds', row?.build_id), set_id: await idOf('sets', row?.set_id) }
  return { body: tryOutBody(delivery, { ...row, ...place }, progress, refusals) }
}

/** The receipt as it would have been; its id is 0, because there is no import. */
function tryOutBody(
  { inspection, notes }: Delivery,
  row: Partial<Record<keyof ImportRecord, unknown>>,
  progress: Progress,
  refusals: Refusal[],
): object {
  const files = inspection.reports.map(({ sent, format, cases, cut }): FileReceipt => {
    const refused = refusals.filter(({ file }) => file === sent.name).length
    return { name: sent.name, format: format.name, cases, stored: cases - refused, refused, problem: cut }
  })
  const cells = { ...row, ...progressCells(progress), state: 'stored', files: JSON.stringify(files), wanted_files: [] }
  return { data: renderResource(imports, { ...cells, id: 0 }), meta: { refusals, notes: notes.list } }
}
