import { fieldKey } from '../../core/field-key.ts'
import { parseIdMember, type Query } from '../../core/jsonapi/query.ts'
import { MAX_BUILD_TEXT, MAX_NAME, MAX_SHORT_TEXT } from '../../core/limits.ts'
import { invalidParameter } from '../../core/problems.ts'
import { toInteger } from '../../core/scalars.ts'
import { shownValue } from '../../core/shown-value.ts'
import { isLongerThan } from '../../core/text.ts'
import { type Parameter, parameter } from '../../engine/parameter.ts'
import type { BuildDescription } from '../builds/make-build.ts'
import { FORMATS, formatNamed } from '../readers/formats.ts'
import type { Format } from '../readers/model.ts'
import { SCOPES } from './imports.resource.ts'

/** Part of a build's tests that another job runs: a name, or the k-th of n. */
export interface Shard {
  name: string
  of: number | undefined
}

/** What an import says of itself (contract §10.1). */
export interface ImportParameters {
  setId: number | undefined
  setName: string | undefined
  format: Format | undefined
  filename: string
  namespace: string
  build: BuildDescription & { pipeline: string | null }
  variant: string
  /** Names of what makes the variant of a case beside it: those that the environment does not say are properties. */
  variantBy: readonly string[]
  shard: Shard | undefined
  attempt: number
  scope: (typeof SCOPES)[number]
  testerId: number | undefined
  authorId: number | undefined
  version: string | null
  folderId: number | undefined
  /** Values of custom fields by key, for every kind of entity that has the field. */
  customFields: Readonly<Record<string, string>>
  skipped: 'none' | 'no-run'
  repeats: 'worst' | 'last'
  timezone: string
  identityProperty: string | undefined
  createTests: boolean
  dryRun: boolean
}

const SKIPPED = ['none', 'no-run'] as const
const REPEATS = ['worst', 'last'] as const

/** What the document says of them. */
export const IMPORT_PARAMETERS: readonly Parameter[] = [
  parameter('set-id', 'Test set that the results go to; this or set-name must be given', { type: 'integer' }),
  parameter('set-name', 'Its name, where it is to be found by that, or made'),
  parameter('format', `How to read the files: auto, or one of: ${FORMATS.map(({ name }) => name).join(', ')}`),
  parameter('filename', 'Name of the report, where the body is one'),
  parameter('namespace', 'Put in front of what names tests, where two projects of one repository have equal names'),
  parameter('build-key', 'Everything sent under one key is one build; left out, the import is a build of its own'),
  parameter('build-name', 'Name of the build for people'),
  parameter('build-url', 'Page of the build in the CI system'),
  parameter('pipeline', 'What runs again and again under one name; left out, the name of the set'),
  parameter('branch', 'Branch that was tested'),
  parameter('commit', 'Commit that was tested'),
  parameter('base-commit', 'Commit that the change started from'),
  parameter('pull-request', 'Number of the pull request'),
  parameter('variant', 'Environment that the tests ran in, such as linux/firefox'),
  parameter('environment', 'The same in parts, such as os=linux,browser=firefox'),
  parameter('variant-by', 'Which parts of the environment, or properties of cases, make the variant: os,browser'),
  parameter('shard', 'Which part of the tests this is: 2/5, or a name'),
  parameter('attempt', 'Attempt of the CI job, from 1', { type: 'integer' }),
  parameter('scope', 'full, or partial when only some tests were chosen'),
  parameter('tester-id', 'Who ran the tests', { type: 'integer' }),
  parameter('author-id', 'Who is the author of tests that are made', { type: 'integer' }),
  parameter('version', 'Version of the runs'),
  parameter('folder-id', 'Folder of tests that are made', { type: 'integer' }),
  parameter('skipped', 'What a skipped test becomes: none, or no-run for a run without a verdict'),
  parameter('repeats', 'Which of several equal cases is the verdict: worst, or last'),
  parameter('timezone', 'Zone of times that are written without one, such as Europe/Berlin'),
  parameter('identity-property', 'Property of cases that holds the display-id of the test'),
  parameter('create-tests', 'false: cases of unknown tests are refused', { type: 'boolean' }),
  parameter('dry-run', 'Reads and matches, stores nothing, and answers the same receipt', { type: 'boolean' }),
]

function shortText(query: Query, name: string, max: number = MAX_BUILD_TEXT): string | null {
  const text = query.get(name)?.trim()
  if (text === undefined || text === '') return null
  if (isLongerThan(text, max)) throw invalidParameter(name, `${name} is too long: at most ${max} characters`)
  return text
}

function idOf(query: Query, name: string): number | undefined {
  const text = query.get(name)
  if (text === undefined) return undefined
  const id = parseIdMember(text)
  if (id === undefined || id === 0) throw invalidParameter(name, `${name} must be an id; ${shownValue(text)} is none`)
  return id
}

function wordOf<const Words extends readonly string[]>(query: Query, name: string, words: Words): Words[number] {
  const text = query.get(name)?.trim().toLowerCase().replaceAll('_', '-')
  const [fallback] = words
  if (text === undefined) return fallback as Words[number]
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  throw invalidParameter(name, `${name} must be one of: ${words.join(', ')}; it is ${shownValue(text)}`)
}

/** `os=linux,browser=firefox` in parts. */
function environmentOf(query: Query): Record<string, string> {
  const members = query.list('environment') ?? []
  const entries = members.map((member): [string, string] => {
    const equals = member.indexOf('=')
    if (equals < 1) {
      throw invalidParameter(
        'environment',
        `environment must be name=value, with commas between; ${shownValue(member)} is not`,
      )
    }
    return [member.slice(0, equals).trim(), member.slice(equals + 1).trim()]
  })
  if (entries.length > 50) throw invalidParameter('environment', 'environment has at most 50 parts')
  return Object.fromEntries(entries)
}

function shardOf(query: Query): Shard | undefined {
  const text = shortText(query, 'shard')
  if (text === null) return undefined
  const [, k, n] = /^(\d{1,5})\s*\/\s*(\d{1,5})$/.exec(text) ?? []
  if (k === undefined) return { name: text, of: undefined }
  const [index, of] = [Number(k), Number(n)]
  if (index < 1 || index > of) throw invalidParameter('shard', `shard must be k/n with k from 1 to n; it is ${text}`)
  return { name: `${index}/${of}`, of }
}

function timezoneOf(query: Query): string {
  const zone = query.get('timezone')?.trim() ?? 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    throw invalidParameter('timezone', `timezone must be like Europe/Berlin; ${shownValue(zone)} is not known`)
  }
}

function urlOf(query: Query): string | null {
  const url = shortText(query, 'build-url', MAX_NAME)
  if (url === null) return null
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return url
  throw invalidParameter('build-url', `build-url must be an address with http or https; ${shownValue(url)} is not`)
}

function formatOf(query: Query): Format | undefined {
  const name = query.get('format')?.trim().toLowerCase()
  if (name === undefined || name === 'auto') return undefined
  const format = formatNamed(name)
  if (format) return format
  const names = FORMATS.map((each) => each.name).join(', ')
  throw invalidParameter('format', `There is no format ${shownValue(name)}; use auto, or one of: ${names}`)
}

/** Whether a flag that is on unless it is switched off is on. */
const isOn = (query: Query, name: string) => !['false', '0', 'no'].includes(query.get(name)?.trim().toLowerCase() ?? '')

/** Reads what an import says of itself. Throws 422 for what is wrong, by name. */
export function readParameters(query: Query, sentName: string | undefined): ImportParameters {
  const environment = environmentOf(query)
  const variantBy = query.list('variant-by') ?? []
  const fromEnvironment = variantBy.flatMap((name) => environment[name] ?? [])
  const attempt = toInteger(query.get('attempt') ?? 1)
  if (attempt === undefined || attempt < 1 || attempt > 1_000_000) {
    throw invalidParameter('attempt', 'attempt must be a whole number from 1')
  }
  const customFields = query.pairs.flatMap(({ name, value }): [string, string][] => {
    const [, id] = /^-*f-(\d{1,15})$/.exec(name) ?? []
    return id === undefined || value === '' ? [] : [[fieldKey(Number(id)), value]]
  })
  const setId = idOf(query, 'set-id')
  const setName = shortText(query, 'set-name', MAX_NAME) ?? undefined
  if (setId === undefined && setName === undefined) {
    throw invalidParameter('set-name', 'Either set-id or set-name must say which test set the results go to')
  }
  return {
    setId,
    setName,
    format: formatOf(query),
    filename: query.get('filename')?.trim() || sentName || 'report',
    namespace: shortText(query, 'namespace') ?? '',
    build: {
      key: shortText(query, 'build-key') ?? undefined,
      name: shortText(query, 'build-name'),
      url: urlOf(query),
      pipeline: shortText(query, 'pipeline'),
      branch: shortText(query, 'branch')?.replace(/^refs\/heads\//, '') ?? null,
      commit: shortText(query, 'commit'),
      baseCommit: shortText(query, 'base-commit'),
      pullRequest: shortText(query, 'pull-request')?.replace(/^#/, '') ?? null,
      environment,
    },
    variant: shortText(query, 'variant') ?? fromEnvironment.join('/').slice(0, MAX_BUILD_TEXT),
    variantBy: variantBy.filter((name) => environment[name] === undefined),
    shard: shardOf(query),
    attempt,
    scope: wordOf(query, 'scope', SCOPES),
    testerId: idOf(query, 'tester-id'),
    authorId: idOf(query, 'author-id'),
    version: shortText(query, 'version', MAX_SHORT_TEXT),
    folderId: idOf(query, 'folder-id'),
    customFields: Object.fromEntries(customFields),
    skipped: wordOf(query, 'skipped', SKIPPED),
    repeats: wordOf(query, 'repeats', REPEATS),
    timezone: timezoneOf(query),
    identityProperty: shortText(query, 'identity-property') ?? undefined,
    createTests: isOn(query, 'create-tests'),
    dryRun: query.flag('dry-run'),
  }
}
