import type { Pointer } from '../../core/problems.ts'
import type { Context } from '../../engine/route.ts'
import { type StoredFile, storeFiles } from '../attachments/attachments.store.ts'
import type { NewRun } from './read-run.ts'

/** A run with the instance it belongs to and its files already stored. */
export interface PlacedRun {
  run: NewRun
  instanceId: number
  /** Where the instance id stood, for messages. */
  place: Pointer
  files: StoredFile[]
  stepFiles: StoredFile[][]
}

/** Puts a run's files into the store, before the transaction opens. */
export async function placeRun(context: Context, run: NewRun, instanceId: number, place: Pointer): Promise<PlacedRun> {
  const stepFiles = []
  for (const step of run.steps ?? []) stepFiles.push(await storeFiles(context, step.files))
  return { run, instanceId, place, files: await storeFiles(context, run.files), stepFiles }
}

/** How many ids runs are likely to take: themselves, their steps and files. */
export const idsFor = (placed: readonly PlacedRun[]) =>
  placed.reduce(
    (sum, { run, files, stepFiles }) => sum + 1 + (run.steps?.length ?? 0) + files.length + stepFiles.flat().length,
    0,
  )
