import fc from 'fast-check'
import type { EntityName } from '../core/kinds.ts'

type Kind = 'text' | 'version' | 'number' | 'date' | 'checkbox' | 'user' | 'label'

const COMMON: Record<string, Kind> = {
  ID: 'number',
  'System ID': 'number',
  Name: 'text',
  Description: 'text',
  Author: 'user',
}
const MANAGED: Record<string, Kind> = {
  ...COMMON,
  Tags: 'label',
  Version: 'version',
  Priority: 'text',
  'Assigned To': 'user',
  Folder: 'text',
}

/** Fields that random queries name, by entity, and what they are compared as. */
const FIELDS: Record<EntityName, Record<string, Kind>> = {
  Test: {
    ...MANAGED,
    Status: 'text',
    'Run Status': 'text',
    'Test Type': 'text',
    'Duration Estimate': 'number',
    'Planned Execution': 'date',
    Preconditions: 'text',
    'Steps Count': 'number',
    Browser: 'text',
    Effort: 'number',
    Automated: 'checkbox',
    'Due Day': 'date',
    Reviewer: 'user',
    Labels: 'label',
  },
  TestSet: { ...MANAGED, Status: 'text', 'Run Status': 'text', Milestone: 'text', 'Instances Count': 'number' },
  Requirement: { ...MANAGED, Status: 'text', Parent: 'number', Effort: 'number', 'Instances Count': 'number' },
  Issue: { ...MANAGED, Status: 'text', Type: 'text', Resolution: 'text', 'External ID': 'text', Browser: 'text' },
  Milestone: { ...COMMON, Status: 'text', Type: 'text', 'Start Date': 'date', 'End Date': 'date', Labels: 'label' },
}

const LINKS: Record<EntityName, EntityName[]> = {
  Test: ['Requirement', 'Issue', 'TestSet', 'Milestone'],
  Requirement: ['Test', 'Issue', 'Milestone'],
  Issue: ['Issue', 'Requirement', 'Test', 'Milestone'],
  TestSet: ['Test', 'Milestone', 'Issue'],
  Milestone: ['Requirement', 'Issue', 'TestSet'],
}

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
const WORDS =
  'Pay by card|pay by invoice|Refund|empty|Ready|draft|Failed|PASSED|no run|new|closed|done|Active|Sprint 1|Release|' +
  '2-High|highest|1.5|1.10|2.0-RC1|web|smoke|nightly run|Red|blue|Chrome|ApiTest|defect|%|_|a|E|ß|😀|Payments|Card'
const text = fc.oneof(
  fc.constantFrom(...WORDS.split('|')),
  fc.string({ unit: 'grapheme', maxLength: 3 }).map((random) => random.replaceAll(/[\0\\]/g, '')),
)
const pattern = fc
  .array(fc.oneof(text, fc.constantFrom('%', '_', '%%')), { maxLength: 3 })
  .map((parts) => parts.join(''))
const number = fc.oneof(
  fc.integer({ min: -5, max: 12 }).map(String),
  fc.constantFrom('1.5', '-0.5', '10', '90', '300', '3600', '99999999999999999999'),
)
const date = fc.constantFrom('2025-03-01', '2025-02-28', '2025-03-02T00:00:00Z', '"2025-01-01"', '9999-12-31', 'TODAY')
const user = fc.constantFrom('"ada"', '"Testers"', '{ada}', '{bob}', '0')

const VALUES: Record<Kind, fc.Arbitrary<string>> = {
  text: text.map(quoted),
  version: text.map(quoted),
  label: text.map(quoted),
  number,
  date,
  user,
  checkbox: fc.constantFrom('TRUE', 'FALSE', '1', '"no"'),
}

const list = (value: fc.Arbitrary<string>) =>
  fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => `(${values.join(', ')})`)
const not = fc.constantFrom('', 'NOT ')
const join = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((each) => each.join(''))

function operation(kind: Kind): fc.Arbitrary<string> {
  const value = VALUES[kind]
  const equal = join(fc.constantFrom('= ', '!= ', '<> '), value)
  const empty = join('IS ', not, 'EMPTY')
  if (kind === 'checkbox') return fc.oneof(equal, empty)
  const choices = [equal, empty, join(not, 'IN ', list(value))]
  if (kind === 'number' || kind === 'date' || kind === 'version') {
    choices.push(join(fc.constantFrom('< ', '<= ', '> ', '>= '), value))
    choices.push(join(not, 'BETWEEN ', value, ' AND ', value))
  }
  if (kind === 'date') {
    choices.push(
      join(not, 'IN ', fc.constantFrom('LAST', 'NEXT'), ' ', fc.constantFrom('1 day', '3 years', '200 weeks')),
    )
  }
  if (kind === 'text' || kind === 'version' || kind === 'label') {
    choices.push(join(not, 'CONTAINS ', text.map(quoted)))
    choices.push(join(not, 'LIKE ', pattern.map(quoted)))
  }
  return fc.oneof(...choices)
}

/** Queries over an entity, from everything the grammar has but VIEW; `{name}` as in the table of queries. */
export function randomQuery(entity: EntityName, depth = 3): fc.Arbitrary<string> {
  const fields = Object.entries(FIELDS[entity])
  const comparison = fc.constantFrom(...fields).chain(([field, kind]) => join(quoted(field), ' ', operation(kind)))
  if (depth === 0) return comparison
  const inner = fc.constant(null).chain(() => randomQuery(entity, depth - 1))
  const linked = fc
    .constantFrom(...LINKS[entity])
    .chain((to) =>
      fc.oneof(fc.constant(`LINKED TO ${to}`), join(`LINKED TO ${to} WHERE (`, randomQuery(to, depth - 1), ')')),
    )
  return fc.oneof(
    { weight: 4, arbitrary: comparison },
    { weight: 2, arbitrary: join('(', inner, ' AND ', inner, ')') },
    { weight: 2, arbitrary: join('(', inner, ' OR ', inner, ')') },
    { weight: 1, arbitrary: join('NOT (', inner, ')') },
    { weight: 2, arbitrary: linked },
  )
}
