import { describe, expect, it } from 'vitest'
import type { Action, AuditEntry } from '../../core/audit.ts'
import type { KindType } from '../../core/kinds.ts'
import { createProblems } from '../../core/problems.ts'
import type { Input } from '../../core/resource/read-attributes.ts'
import { checkUrl, eventOf, RETRIES, readEvents, wants } from './webhooks.rules.ts'

const sent = (values: Record<string, unknown>): Input => ({
  values,
  place: { pointer: '/data/attributes' },
  literal: () => '',
})

describe('the event that an entry is (contract §7.12)', () => {
  const entry = (type: KindType | undefined, action: Action): AuditEntry => ({
    projectId: 2,
    entity: 'test',
    entityId: 70,
    displayId: 9,
    action,
    type,
  })

  it.each([
    ['tests', 'create', 'test.created'],
    ['tests', 'update', 'test.updated'],
    ['tests', 'delete', 'test.deleted'],
    ['requirements', 'create', 'requirement.created'],
    ['sets', 'update', 'set.updated'],
    ['instances', 'delete', 'instance.deleted'],
    ['milestones', 'create', 'milestone.created'],
    ['issues', 'update', 'issue.updated'],
    ['issues', 'status', 'issue.status_changed'],
    ['runs', 'create', 'run.created'],
  ] as const)('of %s, %s is %s', (type, action, event) => {
    expect(eventOf(entry(type, action))).toBe(event)
  })

  it.each([
    ['a link', 'tests', 'link'],
    ['the end of a link', 'issues', 'unlink'],
    ['a run, told by its instance', 'instances', 'run'],
    ['a status of what has no workflow', 'tests', 'status'],
    ['a step', 'steps', 'create'],
    ['a step-run', 'step-runs', 'update'],
    ['a setting', undefined, 'create'],
  ] as const)('is none for %s', (_, type, action) => {
    expect(eventOf(entry(type, action))).toBeUndefined()
  })
})

it.each([
  [['test.created'], 'test.created', true],
  [['issue.created', 'test.created'], 'test.created', true],
  [['*'], 'run.created', true],
  [['issue.created', '*'], 'run.created', true],
  [['test.created'], 'test.updated', false],
  [['test.created'], 'test', false],
  [[], 'test.created', false],
])('a webhook with %j that is asked for %s: %s', (events, event, wanted) => {
  expect(wants(events, event)).toBe(wanted)
})

describe('events of a body', () => {
  function read(events: unknown) {
    const problems = createProblems()
    const stored = readEvents(sent({ events }), problems)
    return { stored, pointers: problems.list.map(({ source }) => (source as { pointer: string }).pointer) }
  }

  const KINDS = ['requirement', 'test', 'set', 'instance', 'run', 'issue', 'milestone']
  const ALL = KINDS.flatMap((kind) => ['created', 'updated', 'deleted'].map((what) => `${kind}.${what}`))

  it('may be every event of every kind, at once', () => {
    const every = ['*', ...ALL, 'issue.status_changed']
    expect(read(every)).toEqual({ stored: JSON.stringify(every), pointers: [] })
    expect(read(every.join(', '))).toEqual({ stored: JSON.stringify(every), pointers: [] })
  })

  it.each([
    [['test.created'], '["test.created"]'],
    [['run.created', 'issue.created'], '["run.created","issue.created"]'],
    [['test.created', 'test.created'], '["test.created"]'],
    [['Issue.Status-Changed', 'issue.status_changed', 'RUN.CREATED'], '["issue.status_changed","run.created"]'],
    ['test.created', '["test.created"]'],
    ['test.created,run.created', '["test.created","run.created"]'],
    [' test.created ,  run.created', '["test.created","run.created"]'],
    ['*', '["*"]'],
  ])('%j are stored as %s', (events, stored) => {
    expect(read(events)).toEqual({ stored, pointers: [] })
  })

  it.each([
    ['an unknown name', ['test.created', 'test.cloned']],
    ['a kind alone', ['test']],
    ['a type for a kind', ['tests.created']],
    ['a kind that tells nothing', ['step.created']],
    ['a star within a name', ['test.*']],
    ['a status of what has no workflow', ['test.status_changed']],
    ['a blank name', ['']],
    ['an unknown name in a text', 'test.created,nothing'],
    ['a number among them', ['test.created', 5]],
    ['null among them', [null]],
    ['an array among them', [['test.created']]],
    ['a number', 5],
    ['a boolean', true],
    ['an object', { 'test.created': true }],
    ['more than there are', Array(10_000).fill('test.created')],
    ['a text longer than all', 'test.created,'.repeat(10_000)],
  ])('are refused for %s', (_, events) => {
    expect(read(events)).toEqual({ stored: undefined, pointers: ['/data/attributes/events'] })
  })

  it('are at least one', () => {
    expect(read([]).pointers).toEqual(['/data/attributes/events'])
  })

  it('are told which name is unknown', () => {
    const problems = createProblems()
    readEvents(sent({ events: ['test.created', 'test.cloned'] }), problems)
    expect(problems.list[0]?.title).toContain('"test.cloned"')
  })
})

describe('the URL of a webhook', () => {
  function check(url: string) {
    const problems = createProblems()
    checkUrl(url, sent({ url }), problems)
    return problems.list.map(({ source }) => (source as { pointer: string }).pointer)
  }

  it.each([
    'http://example.org',
    'https://example.org/hook?x=1&user@host=2#end',
    'HTTPS://EXAMPLE.ORG:8443/Hook',
    'https://例え.jp/ä',
    'http://[2001:db8::1]/',
  ])('may be %s', (url) => {
    expect(check(url)).toEqual([])
  })

  it.each([
    '',
    'example.org/hook',
    '/hook',
    '//example.org/hook',
    'ftp://example.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ws://example.org',
    'http://',
    'https://exa mple.org',
    'https://ada:secret@example.org/',
    'https://ada@example.org/',
    'https://:secret@example.org/',
  ])('is not %j', (url) => {
    expect(check(url)).toEqual(['/data/attributes/url'])
  })

  it('is not shown where it holds a password', () => {
    const problems = createProblems()
    const url = 'https://ada:secret@example.org/'
    checkUrl(url, sent({ url }), problems)
    expect(problems.list).toHaveLength(1)
    expect(JSON.stringify(problems.list)).not.toContain('secret')
  })
})

it('tries again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h (contract §7.12)', () => {
  expect(RETRIES).toEqual([
    5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
  ])
})
