import type { Change } from '../../core/audit.ts'
import { MAX_OPTIONS_TOLD } from '../../core/limits.ts'
import type { Tx } from '../../db/handle.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import type { Field, Options } from '../../features/custom-fields/custom-fields.store.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { customFields } from './custom-fields.resource.ts'

function told(these: Options, others: Options): string[] {
  return [...these]
    .flatMap(([parent, values]) => {
      const known = new Set(others.get(parent))
      const gone = values.filter((value) => !known.has(value))
      return parent === '' ? gone : gone.map((value) => `${parent}: ${value}`)
    })
    .slice(0, MAX_OPTIONS_TOLD)
}

/** Notes what a write did to a field and, if it did, to its possible values: those that went, and those that came. */
export function noteField(
  tx: Tx,
  before: Field | undefined,
  after: Field | undefined,
  values?: { from: Options; to: Options },
): void {
  const { id, project_id: projectId } = (after ?? before) as Field
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
  const changes: Change[] = changesOf(customFields, before && { ...before }, after && { ...after })
  if (values !== undefined) {
    const { from, to } = values
    changes.push({ field: 'possible-values', from: told(from, to), to: told(to, from) })
  }
  noteSetting(tx, { entity: 'custom-field', entityId: id, projectId, action, changes })
}
