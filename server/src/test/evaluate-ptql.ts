import type { EntityName } from '../core/kinds.ts'
import type { Condition, FieldTest, PtqlField } from '../core/ptql/condition.ts'
import { isWithin, passes } from '../core/ptql/match-text.ts'
import { parseDuration, parseTimestamp } from '../core/scalars.ts'
import { fold } from '../core/text.ts'
import type { Json } from './build-app.ts'

/** All that queries can ask about, as the API shows it. */
export interface World {
  documents: Record<EntityName, Json[]>
  instances: Json[]
  folders: Json[]
}

const TYPES: Record<EntityName, string> = {
  Test: 'tests',
  Requirement: 'requirements',
  Issue: 'issues',
  Milestone: 'milestones',
  TestSet: 'sets',
}

/** Ids of what an entity is linked to, found the plain way: in its relationships, instances and milestone. */
function linkedIds(world: World, from: EntityName, document: Json, to: EntityName): number[] {
  const id = Number(document.id)
  const { instances } = world
  if (from === 'Test' && to === 'TestSet') {
    return instances.filter((i) => i.attributes['test-id'] === id).map((i) => i.attributes['set-id'])
  }
  if (from === 'TestSet' && to === 'Test') {
    return instances.filter((i) => i.attributes['set-id'] === id).map((i) => i.attributes['test-id'])
  }
  if (from === 'TestSet' && to === 'Milestone') return [document.attributes['milestone-id']].filter((each) => each)
  if (from === 'Test' && to === 'Milestone') {
    const sets = linkedIds(world, 'Test', document, 'TestSet')
    return sets.flatMap((setId) => {
      const set = world.documents.TestSet.find((each) => Number(each.id) === setId)
      return linkedIds(world, 'TestSet', set, 'Milestone')
    })
  }
  if (from === 'TestSet' && to === 'Issue') return document.issues ?? []
  const relation = from === 'Milestone' && to === 'TestSet' ? 'suites' : TYPES[to]
  return document.relationships[relation].data.map((each: Json) => Number(each.id))
}

function shownValue(field: PtqlField, { attributes, id }: Json): Json {
  if (field.customId !== undefined) return attributes['custom-fields'][`---f-${field.customId}`] ?? null
  return field.attribute === undefined ? Number(id) : attributes[field.attribute]
}

const isEmpty = (value: Json) => value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** A shown value as the tests on ranges compare it. */
function measure(field: PtqlField, value: Json): number | string {
  if (field.type === 'timestamp') return parseTimestamp(value) as number
  if (field.type === 'duration') return parseDuration(value) as number
  return field.type === 'date' ? value : Number(value)
}

function fieldHolds(world: World, entity: EntityName, field: PtqlField, test: FieldTest, document: Json): boolean {
  const value = shownValue(field, document)
  const byId = (documents: Json[]) => documents.find((each) => Number(each.id) === value)
  switch (test.test) {
    case 'empty':
      return isEmpty(value)
    case 'checked':
      return value === 'yes'
    case 'words': {
      const cells = (field.words ?? []).filter(({ text }) => (text ?? '') === (value ?? '')).map(({ cell }) => cell)
      return cells.some((cell) => test.cells.includes(cell))
    }
    case 'ids':
      return test.ids.includes(Number(value ?? -1))
    case 'text':
      return [value].flat().some((each) => passes(fold(String(each ?? '')), test.text))
    case 'status': {
      const own = passes(fold(String(value ?? '')), test.text)
      return own || test.runStatuses.includes(document.attributes['run-status'])
    }
    case 'named': {
      const row = field.type === 'folder' ? byId(world.folders) : byId(world.documents.Milestone)
      return row !== undefined && (passes(fold(row.attributes.name), test.text) || test.ids.includes(Number(row.id)))
    }
    case 'ranges': {
      if (isEmpty(value)) return false
      const shown = field.type === 'parent' ? byId(world.documents[entity])?.attributes['display-id'] : value
      return shown !== undefined && test.ranges.some((range) => isWithin(measure(field, shown), range))
    }
  }
}

/** Whether a condition holds of one document: the plain evaluator that both databases are held against. */
export function holds(world: World, condition: Condition, document: Json): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(world, part, document))
    case 'or':
      return condition.parts.some((part) => holds(world, part, document))
    case 'not':
      return !holds(world, condition.part, document)
    case 'view':
      return holds(world, condition.part, document)
    case 'field':
      return fieldHolds(world, condition.entity, condition.field, condition.test, document)
    case 'linked': {
      const ids = linkedIds(world, condition.from, document, condition.to)
      const linked = world.documents[condition.to].filter((each) => ids.includes(Number(each.id)))
      const { where } = condition
      return linked.some((each) => where === undefined || holds(world, where, each))
    }
  }
}
