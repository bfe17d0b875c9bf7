import { MAX_TOLD } from '../../core/limits.ts'
import type { Context } from '../../engine/route.ts'
import { type ImportRecord, type Refusal, refusalsOf } from './imports.store.ts'

/** What stands beside a receipt: the first refusals, and notes. */
export async function metaOf(context: Context, row: ImportRecord): Promise<{ refusals: Refusal[]; notes: string[] }> {
  const refusals = await refusalsOf(context.reader, row.project_id, row.id, { from: 0, most: MAX_TOLD.refusals })
  return { refusals, notes: JSON.parse(row.notes) }
}
