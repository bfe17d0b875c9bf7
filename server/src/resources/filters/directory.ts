import { type EntityName, wordOfName } from '../../core/kinds.ts'
import { memoize } from '../../core/memoize.ts'
import type { Directory } from '../../core/ptql/check.ts'
import type { PtqlField } from '../../core/ptql/condition.ts'
import { customField, systemFields } from '../../core/ptql/fields.ts'
import type { SavedFilter } from '../../core/ptql/views.ts'
import type { Resource } from '../../core/resource/define-resource.ts'
import type { Reader } from '../../db/handle.ts'
import type { StatusRow } from '../../db/schema.ts'
import type { Context } from '../../engine/route.ts'
import { isBound, loadFields } from '../../features/custom-fields/custom-fields.store.ts'
import { requireRight } from '../../features/entities/name-entity.ts'
import { issues } from '../issues/issues.resource.ts'
import { milestones } from '../milestones/milestones.resource.ts'
import { requirements } from '../requirements/requirements.resource.ts'
import { sets } from '../sets/sets.resource.ts'
import { tests } from '../tests/tests.resource.ts'
import { loadStatuses } from '../workflow/workflow.store.ts'
import { groupsCalled, usersCalled } from './directory.store.ts'
import { FILTERED, type Filtered } from './filters.resource.ts'
import { loadFilters } from './filters.store.ts'

const RESOURCES: Record<EntityName, Resource> = {
  Test: tests,
  Requirement: requirements,
  Issue: issues,
  Milestone: milestones,
  TestSet: sets,
}

/** The statuses and resolutions of issues as words that stand for ids of workflow statuses. */
async function withIssueWords(reader: Reader, projectId: number, fields: PtqlField[]): Promise<PtqlField[]> {
  const statuses = await loadStatuses(reader, projectId)
  const words = (text: (status: StatusRow) => string | null) =>
    statuses.map((status) => ({ cell: status.id, text: text(status) }))
  return fields.map((field) => {
    if (field.attribute === 'status-name') return { ...field, words: words(({ name }) => name) }
    if (field.attribute === 'status-resolution') return { ...field, words: words(({ resolution }) => resolution) }
    return field
  })
}

/**
 * What the queries of one request may ask about its project, each thing read once. `filters` are those of the project
 * unless given: a filter that is being changed is checked as it will be.
 */
export function createDirectory(
  context: Context,
  reader: Reader,
  change: (filters: SavedFilter[], entity: Filtered) => SavedFilter[] = (filters) => filters,
): Directory {
  const { caller } = context
  const projectId = context.project.id
  const custom = memoize(() => loadFields(reader, projectId))
  return {
    fields: memoize(async (entity) => {
      const bound = (await custom()).filter((field) => isBound(field, entity)).map(customField)
      const system = systemFields(RESOURCES[entity])
      return { custom: bound, system: entity === 'Issue' ? await withIssueWords(reader, projectId, system) : system }
    }),
    users: memoize((text) => usersCalled(reader, caller.accountId, text)),
    groups: memoize((text) => groupsCalled(reader, projectId, text)),
    filters: memoize(async (entity) => {
      const word = FILTERED.find((filtered) => filtered === wordOfName(entity))
      return word === undefined ? [] : change(await loadFilters(reader, projectId, word, caller), word)
    }),
    mustView: (entity) => requireRight(context, wordOfName(entity), 'view'),
  }
}
