import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../dialects/dialect.ts'
import * as createBaseTables from './202611240900-create-base-tables.ts'
import * as addTheRestOfTheApi from './202611241710-add-the-rest-of-the-api.ts'

interface Migration {
  up(db: Kysely<any>, types: ColumnTypes): Promise<void>
}

/** Every migration in order; a test holds this list equal to the folder. */
export const MIGRATIONS: Record<string, Migration> = {
  '202611240900-create-base-tables': createBaseTables,
  '202611241710-add-the-rest-of-the-api': addTheRestOfTheApi,
}
