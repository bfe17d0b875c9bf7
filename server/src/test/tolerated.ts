import { canonicalKey, isObject } from '../core/jsonapi/key-spelling.ts'

/** A difference between a request that succeeded and the document. */
export interface Drift {
  operationId: string
  /** Where in the body, or which parameter. */
  at: string
  /** What is wrong: a keyword of JSON Schema, `parameter`, or what is wrong with the body as a whole. */
  keyword: string
  data: unknown
  /** The key that is missing, or that is not in the document. */
  name?: string | undefined
  /** The keys that are in the document there. */
  known?: readonly string[]
  schema?: Readonly<Record<string, unknown>> | undefined
  /** The whole body, parsed. */
  body?: unknown
  contentType?: string | undefined
}

type Exception = (drift: Drift) => boolean

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
const takes = ({ keyword, schema }: Drift, ...types: string[]) =>
  keyword === 'type' && [schema?.type].flat().some((type) => types.includes(type as string))
/** An answer that is sent back: it has what only the server sets. */
function isPutBack({ body }: Drift): boolean {
  const data = isObject(body) ? body.data : undefined
  const attributes = isObject(data) ? data.attributes : undefined
  return isObject(attributes) && 'created-at' in attributes
}

/** Names that lists take for the documented ones. */
const ALIASES: Record<string, string> = {
  'test-id': 'test-ids',
  'set-id': 'set-ids',
  'run-id': 'run-ids',
  'runs-ids': 'run-ids',
  'instance-id': 'instance-ids',
  ptql: 'set-ptql',
  'instance-display-id': 'display-id',
  'display-ids': 'display-id',
  'name-exact': 'title_exact',
  'name-like': 'title_like',
}

/** Side objects, which may stand in the attributes as well. */
const SIDES = ['steps', 'files', 'test-ids', 'instances', 'traceability', 'test-attributes']

/** Attributes that tests send to show that they are not read, or because other kinds have them, by operation. */
const UNREAD = [
  'bulkSearchTests extra',
  'cloneIssue status-name',
  'createMilestone title',
  'createRequirement title',
  'createSet title',
  'createTest system-fields',
  'createTest title',
  'createToken enabled',
  'showSet ptql',
  'updateCustomField field-format',
  'updateFilter entity',
  'updateFolder entity',
  'updateInstance name',
  'updateIssue external-status',
  'updateIssue status-name',
  'updateMilestone assigned-to-id',
  'updateMilestone version',
  'updateRun name',
  'updateRun status',
  'updateTest author-id',
  'updateUser email',
  'updateWebhook disabled-reason',
  'updateWebhook project-id',
]

const spelledOut = (word: unknown) => canonicalKey(String(word)).replaceAll(' ', '-')

const JSON_TEXT = /^\s*[{[]/

/**
 * What the server takes though the document does not show it, by why (the sections are the contract's). A request of a
 * test that differs from the document in any other way fails; `npm run contract` fails on what is needed no more.
 */
const EXCEPTIONS: Record<string, Exception> = {
  'keys in any spelling (§1.4)': ({ keyword, name, known = [], data }) => {
    if (name === undefined) return false
    const key = canonicalKey(name).replace(/\[\]$/, '')
    if (keyword === 'parameter' || keyword === 'additionalProperties')
      return known.some((other) => canonicalKey(other) === key)
    return keyword === 'required' && isObject(data) && Object.keys(data).some((other) => canonicalKey(other) === key)
  },
  'keys of custom fields in any spelling (§1.4)': ({ keyword, at, name, data }) =>
    (keyword === 'pattern' || keyword === 'propertyNames') &&
    at.endsWith('custom-fields') &&
    /^(---f-)\d+$/.test(canonicalKey(String(name ?? data))),
  'names that lists had before (§1.15)': ({ keyword, name = '', known = [] }) =>
    keyword === 'parameter' && known.includes(ALIASES[canonicalKey(name)] ?? ''),
  'links of pages are followed (§1.7)': ({ keyword, name = '' }) =>
    keyword === 'parameter' && /^page\[(after|for|total)\]$/.test(name),
  'what clients tell of themselves is ignored (§1.2)': ({ keyword, name = '' }) =>
    keyword === 'parameter' && /^(source|developer_email|xbot_version|firecracker-version|plugin_ver)$/.test(name),
  'an answer put back: what only the server sets is ignored (§1.5)': (drift) =>
    drift.keyword === 'additionalProperties' && isPutBack(drift),
  'a list without its data (§1.5)': ({ keyword, data, schema }) =>
    keyword === 'type' && Array.isArray(data) && isObject(schema?.properties) && 'data' in schema.properties,
  'side objects in the attributes (§1.5)': ({ keyword, name = '' }) =>
    keyword === 'additionalProperties' && SIDES.includes(canonicalKey(name)),
  'one identifier instead of a list (§5)': ({ keyword, at, data }) =>
    keyword === 'type' && at === '/data' && isObject(data) && 'id' in data,
  'scalars of another type: 1 and true for text, "9" for 9 (§1.11)': (drift) =>
    isScalar(drift.data) && takes(drift, 'string', 'number', 'integer', 'boolean'),
  'blank text is nothing (§1.5)': (drift) =>
    typeof drift.data === 'string' && drift.data.trim() === '' && takes(drift, 'array', 'object'),
  'several words as one text (§1.11)': (drift) => typeof drift.data === 'string' && takes(drift, 'array'),
  'null leaves alone, or is not sent (§1.5)': ({ keyword, data }) => keyword === 'type' && data === null,
  'words in any case (§1.11)': ({ keyword, data, schema }) =>
    keyword === 'enum' && [schema?.enum].flat().some((word) => spelledOut(word) === spelledOut(data)),
  'a parameter in the body of a GET (§1.1)': ({ keyword }) => keyword === 'body of GET',
  'a body that nothing reads (§1.5)': ({ keyword }) => /^body of (POST|PUT|DELETE)$/.test(keyword),
  'forms (§6.2)': ({ keyword, contentType = '' }) => keyword === 'no JSON' && /form/.test(contentType),
  'JSON with raw line breaks and the like (§1.1)': ({ keyword, data }) =>
    keyword === 'no JSON' && JSON_TEXT.test(String(data)),
  'a body that may be left out, and is no JSON object (§7.4)': ({ keyword, at }) =>
    keyword === 'no JSON' || (keyword === 'type' && at === ''),
  'run keys beside the attributes (§1.5)': ({ keyword, at, operationId }) =>
    /^(createRun|autoCreateRun)$/.test(operationId) &&
    /^\/data(\/\d+)?$/.test(at) &&
    /^(additionalProperties|required)$/.test(keyword),
  'other names for keys of runs (§1.4)': ({ keyword, operationId, name = '' }) =>
    /^(createRun|autoCreateRun|updateRun)$/.test(operationId) &&
    keyword === 'additionalProperties' &&
    /^(notes|duration|automation-execution-output)$/.test(canonicalKey(name)),
  'a timestamp for a date (§1.11)': ({ keyword, schema }) => keyword === 'format' && schema?.format === 'date',
  'steps as resource objects (§1.5)': ({ keyword, at, name }) =>
    keyword === 'additionalProperties' && name === 'attributes' && /\/steps\//.test(at),
  'the entity beside data, in it or in the query (§4.7)': ({ operationId, name = '' }) =>
    /^create(Comment|Attachments)$/.test(operationId) && /^entity(-id)?$/.test(canonicalKey(name)),
  'test-attributes of a test that exists are not read (§4.13)': ({ operationId, at }) =>
    operationId === 'autoCreateRun' && at.startsWith('/data/test-attributes'),
  'results are cut, not refused (§4.14)': ({ keyword, at }) => keyword === 'maxLength' && at.endsWith('-results'),
  'a result is not lost for its duration (§1.11)': ({ at }) => at.endsWith('/run-duration'),
  'duration for run_duration (§6.2)': ({ operationId, name }) =>
    operationId === 'uploadTestResult' && name === 'duration',
  'the token in the body (§6.2)': ({ keyword, at, name }) =>
    keyword === 'additionalProperties' && at === '' && name === 'api_token',
  'what the plug-in of a tracker sends is never refused (§6.2)': ({ operationId }) =>
    operationId === 'updateIntegrationIssue',
  'name for the title of an issue (§4.16)': ({ operationId, name }) =>
    /^(create|update|clone)Issue$/.test(operationId) && name === 'name',
  'confirm in data (§7.2)': ({ operationId, at, name }) =>
    operationId === 'deleteProject' && at === '' && name === 'data',
  ...Object.fromEntries(
    UNREAD.map((unread): [string, Exception] => [
      `not read: ${unread} (§1.5)`,
      ({ operationId, name }) => `${operationId} ${name}` === unread,
    ]),
  ),
}

/** What an exception needs to be recorded by. */
export const REASONS: readonly string[] = Object.keys(EXCEPTIONS)

/** Why a difference is deliberate; undefined when nothing says so. */
export const reasonFor = (drift: Drift): string | undefined => REASONS.find((reason) => EXCEPTIONS[reason]?.(drift))
