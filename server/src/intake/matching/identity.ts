import { hash } from 'node:crypto'
import { MAX_NAME } from '../../core/limits.ts'
import { cut, isLongerThan } from '../../core/text.ts'
import type { CaseHead } from '../readers/model.ts'

/** Which test a case is of, before anything is looked up (contract, result-files.md, Identity). */
export interface Identity {
  /** Hash of what names the test: namespace, path, class, name and parameters. */
  key: string
  /** Where the test's source lies, normalised; '' where the report does not say. */
  file: string
  /** What the report calls it, with its parameters, and its class: by these a test is found that has another key now. */
  name: string
  className: string | null
  /** What a person calls the test; a longer one, for each name that is taken already, follows from `longerNames`. */
  shownName: string
  /** '' where nothing tells environments apart. */
  variant: string
  parameters: Readonly<Record<string, string>>
  /** The test that the case names itself, by system id or by `#number`. */
  named: { id?: number; displayId?: number; text: string } | undefined
}

export interface IdentityOptions {
  namespace: string
  /** Variant of the whole import; what a case says of itself is put behind it. */
  variant: string
  /** Property that names the test, besides `assay_test_id` and `assay_test`. */
  identityProperty?: string | undefined
  /** Properties whose values are the variant. */
  variantBy: readonly string[]
}

/** Roots that every report of a producer bears: they say nothing about a test. */
const ROOTS = new Set(
  [
    'pytest',
    'jest tests',
    'mocha tests',
    'vitest tests',
    'AllTests',
    'all tests',
    'testsuites',
    'testsuite',
    'Test Suite',
    'Root Suite',
    'Mocha Tests',
    'Test results',
    'Test run',
    'playwright tests',
    'node:test',
    'tests',
    'phpunit',
    'CLI Arguments',
    'rspec',
    'ctest',
    'nextest-run',
    'Default Suite',
    'Default Test',
    'Command line suite',
    'Command line test',
    'catch2',
    'karma',
    'TAP',
    'xctest',
  ].map((name) => name.toLowerCase()),
)

// linear: anchored, and parts longer than this are names.
const LONGEST_PLACE = 200
/** Browsers with their version, workers, times and dates: they say where or when a test ran, not which it is. */
const BROWSER =
  /^(?:headless ?)?(?:chrome|chromium|firefox|safari|mobile safari|edge|msedge|opera|electron|webkit|phantomjs|jsdom|ie|internet explorer)(?: headless)?[ _/]\d[\d.]* ?(?:\([^()]*\))?$/i
/** A browser alone: as the outermost suite it says where, anywhere else it may be what is tested. */
const BARE_BROWSER =
  /^(?:headless ?)?(?:chrome|chromium|firefox|safari|edge|msedge|webkit|opera|electron)(?: headless)?$/i
const WORKER = /^(?:worker|thread|process|gw|shard|fork|executor|agent)[ _#:-]?\d+$/i
const MOMENT =
  /^(?:run |test run )?(?:at )?\d{4}-\d\d-\d\d(?:[t ]\d\d[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?(?:z|[+-]\d\d:?\d\d)?)?$/i

function isPlace(part: string): boolean {
  return part.length <= LONGEST_PLACE && (BROWSER.test(part) || WORKER.test(part) || MOMENT.test(part))
}

/** Folders that CI systems check out into; what follows them is the file within the repository. */
const WORKSPACES = [
  /^\/home\/runner\/work\/[^/]+\/[^/]+\//,
  /^\/home\/runner\/_work\/[^/]+\/[^/]+\//,
  /^\/__w\/[^/]+\/[^/]+\//,
  /^\/github\/workspace\//,
  /^\/builds\/[^/]+\/[^/]+\//,
  /^\/(?:var\/lib|var|home)\/jenkins(?:_home)?\/(?:[^/]+\/)?workspace\/[^/]+\//,
  /^\/opt\/atlassian\/pipelines\/agent\/build\//,
  /^\/home\/circleci\/[^/]+\//,
  /^\/root\/project\//,
  /^\/drone\/src\//,
  /^\/woodpecker\/src\/[^/]+\/[^/]+\/[^/]+\//,
  /^\/buildkite\/builds\/[^/]+\/[^/]+\/[^/]+\//,
  /^\/var\/lib\/buildkite-agent\/builds\/[^/]+\/[^/]+\/[^/]+\//,
  /^\/opt\/(?:buildagent|TeamCity)\/work\/[^/]+\//,
  /^\/(?:azp\/)?_?work\/\d+\/s\//i,
  /^\/a\/\d+\/s\//,
  /^\/(?:app|src|code|workspace|workspaces\/[^/]+|repo|project)\//,
  /^\/(?:home|Users)\/[^/]+\/(?:[^/]+\/)?/,
]

/** Cases of one file come together: so many of the latest are remembered. */
const REMEMBERED = 1000
const remembered = new Map<string, string>()

/** The file within the repository: forward slashes, relative, without the folder that a CI system checked out into. */
export function normaliseFile(file: string | undefined): string {
  if (file === undefined) return ''
  const known = remembered.get(file)
  if (known !== undefined) return known
  const normal = normalised(file)
  if (remembered.size >= REMEMBERED) remembered.clear()
  remembered.set(file, normal)
  return normal
}

function normalised(file: string): string {
  let path = file
    .trim()
    .replace(/^file:\/{2,3}(?=[A-Za-z]:)/, '')
    .replace(/^file:\/\//, '')
    .replaceAll('\\', '/')
    .replace(/^[A-Za-z]:(?=\/)/, '')
  const workspace = path.startsWith('/') ? WORKSPACES.find((pattern) => pattern.test(path)) : undefined
  if (workspace) path = path.replace(workspace, '')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return cut(parts.join('/'), MAX_NAME)
}

/** Whether two normalised files may be one that was reported from two folders: their last two parts agree. */
export function sameFile(one: string, other: string): boolean {
  return one === other || lastTwo(one) === lastTwo(other)
}

const lastTwo = (file: string) => file.split('/').slice(-2).join('/')

/** The parts of a path that tell tests apart, and the part that says which browser it was, if one does. */
function tellingPath({ path, className, file }: CaseHead): { parts: string[]; place: string } {
  const normal = normaliseFile(file)
  let place = ''
  let isOutermost = true
  const parts = path.filter((part, index) => {
    if (index === 0 && ROOTS.has(part.trim().toLowerCase())) return false
    if (isOutermost && BARE_BROWSER.test(part.trim())) {
      isOutermost = false
      place = part
      return false
    }
    isOutermost = false
    if (part === className || part === file) return false
    if (file !== undefined && normal !== '' && normaliseFile(part) === normal) return false
    if (!isPlace(part)) return true
    if (BROWSER.test(part)) place ||= part
    return false
  })
  return { parts, place }
}

/** Browser names without what changes with every release: `HeadlessChrome 120.0 (Linux x86_64)` is `chrome`. */
function browserName(place: string): string {
  const [word = ''] = place.replace(/headless ?/i, '').split(/[ _/]\d/, 1)
  return word.trim().toLowerCase()
}

const propertyOf = ({ properties }: CaseHead, name: string): string | undefined =>
  properties.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1].trim() || undefined

/** The test that a case names: by system id, or by its number as `#12`. */
function namedTest(found: CaseHead, identityProperty: string | undefined): Identity['named'] {
  const id = propertyOf(found, 'assay_test_id')
  if (id !== undefined) return { ...(/^\d{1,15}$/.test(id) ? { id: Number(id) } : {}), text: id }
  const own = propertyOf(found, 'assay_test') ?? (identityProperty && propertyOf(found, identityProperty))
  const inName = /\[#(\d{1,15})\]/.exec(found.name.slice(0, 4 * MAX_NAME))
  const text = own || (inName ? `#${inName[1]}` : undefined)
  if (text === undefined) return undefined
  const [, number] = /^#?(\d{1,15})$/.exec(text) ?? []
  return { ...(number === undefined ? {} : { displayId: Number(number) }), text }
}

/** A name that fits: of a longer one its beginning, and a hash that tells it from others that begin so. */
export function fittingName(name: string): string {
  if (!isLongerThan(name, MAX_NAME)) return name
  return `${cut(name, MAX_NAME - 20)} ~${hash('sha256', name, 'hex').slice(0, 16)}`
}

const shownParameters = (parameters: Readonly<Record<string, string>>): string => {
  const parts = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return parts.length === 0 ? '' : ` [${parts.join(', ')}]`
}

/** Which test a case is of: the same text names the same test, wherever and with whatever else it is reported. */
export function identify(found: CaseHead, options: IdentityOptions): Identity {
  const { parts, place } = tellingPath(found)
  const { className, parameters = {} } = found
  const name = found.name.trim() === '' ? '(unnamed)' : found.name
  const telling = [options.namespace, parts, className ?? '', name, Object.entries(parameters)]
  const byProperties = options.variantBy.flatMap((property) => propertyOf(found, property) ?? [])
  const own = byProperties.length > 0 ? byProperties : [found.variant ?? browserName(place)]
  const front = className ?? parts.at(-1)
  return {
    key: hash('sha256', JSON.stringify(telling), 'hex').slice(0, 32),
    file: normaliseFile(found.file),
    name: fittingName(`${name}${shownParameters(parameters)}`),
    className: className ? fittingName(className) : null,
    shownName: fittingName(`${front ? `${front} › ` : ''}${name}${shownParameters(parameters)}`),
    variant: cut([options.variant, ...own].filter((part) => part !== '').join('/'), 255),
    parameters,
    named: namedTest(found, options.identityProperty),
  }
}

/**
 * Names of a test with ever more in front, for where a shorter one is taken: the whole path, part by part, then the
 * file, then a part of its key, which nothing else has.
 */
export function* longerNames(found: CaseHead, { key, file, shownName }: Identity): Generator<string> {
  const { parts } = tellingPath(found)
  const rest = found.className === undefined ? parts.slice(0, -1) : parts
  for (let from = rest.length - 1; from >= 0; from--) {
    yield fittingName(`${rest.slice(from).join(' › ')} › ${shownName}`)
  }
  if (file !== '') yield fittingName(`${file} › ${shownName}`)
  yield fittingName(`${shownName} ~${key.slice(0, 16)}`)
}
