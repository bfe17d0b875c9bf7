import { apiError } from '../../core/errors.ts'
import { MAX_TOLD } from '../../core/limits.ts'
import type { Tx } from '../../db/handle.ts'
import type { Context } from '../../engine/route.ts'
import type { IdentityOptions } from '../matching/identity.ts'
import type { Owners } from './codeowners.ts'
import type { Inspection } from './inspect.ts'
import type { Likeness } from './likeness.ts'
import type { OpenedBody } from './open-body.ts'
import type { ImportParameters } from './parameters.ts'

export interface IntakeSettings {
  maxImportBytes: number
  /** Milliseconds that a build waits for a missing shard. */
  shardTimeout: number
}

/** Notes of an import: each once. */
export class Notes {
  readonly texts = new Set<string>()
  left = 0

  add = (text: string): void => {
    if (this.texts.has(text)) return
    if (this.texts.size < MAX_TOLD.notes) this.texts.add(text)
    else this.left++
  }

  get list(): string[] {
    return this.left === 0 ? [...this.texts] : [...this.texts, `… and ${this.left} more notes`]
  }
}

/** Another process goes on with the import. */
export const takenOver = () =>
  apiError(
    'conflict',
    { title: 'Another request goes on with this import; ask for it again in a while' },
    { 'retry-after': '5' },
  )

export interface Delivery {
  context: Context
  settings: IntakeSettings
  body: OpenedBody
  parameters: ImportParameters
  inspection: Inspection
  identity: IdentityOptions
  owners: Owners
  notes: Notes
  likeness: Likeness
  key: string | undefined
  /** What identifies the parameters for a repeat under the key. */
  parametersText: string
  owner: string
}

/** Runs a transaction of an import: each is one of its own, and no key repeats it. */
export async function inTransaction<T>(context: Context, ids: number, job: (tx: Tx) => Promise<T>): Promise<T> {
  let value: T | undefined
  await context.write(
    async (tx) => {
      value = await job(tx)
      return { body: {} }
    },
    { ids, secret: true },
  )
  return value as T
}
