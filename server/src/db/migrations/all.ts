import type { Kysely } from 'kysely'
import * as createBaseTables from './202611240900-create-base-tables.ts'
import * as addTheRestOfTheApi from './202611241710-add-the-rest-of-the-api.ts'
import * as findUsersAndGroups from './202611242200-find-users-and-groups.ts'
import * as addPingsAndDueTimes from './202611242201-add-pings-and-due-times.ts'
import * as indexHistory from './202611242203-index-history.ts'
import * as findNamesByLetters from './202611250200-find-names-by-letters.ts'
import * as oneIndexOfNames from './202611250400-one-index-of-names.ts'
import * as keepExternalStatuses from './202611280410-keep-external-statuses.ts'
import * as combineStatusesAndSayYesOrNo from './202611280411-combine-statuses-and-say-yes-or-no.ts'
import * as takeReports from './202611281100-take-reports.ts'
import * as letPeopleSignIn from './202611281430-let-people-sign-in.ts'
import * as addSecondFactors from './202611281500-add-second-factors.ts'
import * as joinRenamedTests from './202611281500-join-renamed-tests.ts'
import * as letOthersVouch from './202611281520-let-others-vouch.ts'
import * as indexOrders from './202611281540-index-orders.ts'
import type { ColumnTypes } from './schema-builder.ts'

interface Migration {
  up(db: Kysely<any>, types: ColumnTypes): Promise<void>
}

/** Every migration in order; a test holds this list equal to the folder. */
export const MIGRATIONS: Record<string, Migration> = {
  '202611240900-create-base-tables': createBaseTables,
  '202611241710-add-the-rest-of-the-api': addTheRestOfTheApi,
  '202611242200-find-users-and-groups': findUsersAndGroups,
  '202611242201-add-pings-and-due-times': addPingsAndDueTimes,
  '202611242203-index-history': indexHistory,
  '202611250200-find-names-by-letters': findNamesByLetters,
  '202611250400-one-index-of-names': oneIndexOfNames,
  '202611280410-keep-external-statuses': keepExternalStatuses,
  '202611280411-combine-statuses-and-say-yes-or-no': combineStatusesAndSayYesOrNo,
  '202611281100-take-reports': takeReports,
  '202611281430-let-people-sign-in': letPeopleSignIn,
  '202611281500-add-second-factors': addSecondFactors,
  '202611281500-join-renamed-tests': joinRenamedTests,
  '202611281520-let-others-vouch': letOthersVouch,
  '202611281540-index-orders': indexOrders,
}

/**
 * Migrations that the release before can run beside (docs/scale.md, Upgrades): they take away and narrow nothing, which
 * a test looks after, and add nothing that has to be kept up by whoever writes, which is for their author to know.
 */
export const ROLLING: ReadonlySet<string> = new Set([
  '202611242203-index-history',
  '202611250200-find-names-by-letters',
])
