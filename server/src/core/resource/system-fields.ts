import type { FieldEntity } from '../kinds.ts'
import { labelOf } from './kinds.ts'

/** A field that every project has, as `fields.json` lists it (contract §4.5). */
export interface SystemField {
  entity: string
  attribute: string
  /** In title case: `Assigned To`. */
  name: string
  field_format: string
}

const ATTRIBUTES: Record<FieldEntity, string> = {
  Requirement:
    'name description status run_status priority version author assigned_to tags planned_execution parent folder ' +
    'last_run created_at updated_at',
  Test:
    'name description preconditions status run_status test_type priority version author assigned_to tags ' +
    'planned_execution duration_estimate folder last_run created_at updated_at',
  TestSet:
    'name description status run_status priority version author assigned_to tags planned_execution milestone folder ' +
    'last_run created_at updated_at',
  Instance: 'name run_status priority version assigned_to planned_execution tester last_run created_at updated_at',
  Run: 'status version tester run_type run_duration run_date created_at updated_at',
  Issue:
    'title description issue_type status resolution priority version author assigned_to tags closed_at closed_by ' +
    'external_id folder planned_execution created_at updated_at',
  Milestone: 'name description status type author start_date end_date created_at updated_at',
}

const FORMATS: Record<string, string> = {
  status: 'list',
  priority: 'list',
  version: 'list',
  author: 'user',
  assigned_to: 'user',
  description: 'memo',
  created_at: 'date',
  updated_at: 'date',
  closed_at: 'date',
  last_run: 'date',
  planned_execution: 'date',
  run_date: 'date',
  start_date: 'date',
  end_date: 'date',
}

const titleCase = (attribute: string) => attribute.split('_').map(labelOf).join(' ')

export const SYSTEM_FIELDS: readonly SystemField[] = Object.entries(ATTRIBUTES).flatMap(([entity, attributes]) =>
  attributes.split(' ').map((attribute) => ({
    entity,
    attribute,
    name: titleCase(attribute),
    field_format: FORMATS[attribute] ?? 'text',
  })),
)
