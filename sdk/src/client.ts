import { fillPath, type Query } from './addresses.ts'
import { type ListOperationId, OPERATIONS } from './generated/operations.ts'
import type {
  Answer,
  Arguments,
  Input,
  ListOf,
  OperationId,
  ProjectInput,
  ProjectOperationId,
} from './operation-types.ts'
import { followPages, listOf } from './pages.ts'
import { type CallOptions, type ClientOptions, createRequest, type Request } from './request.ts'

/** A client with the project filled in. */
export interface ProjectClient {
  call: <Id extends ProjectOperationId>(id: Id, ...input: Arguments<ProjectInput<Id>>) => Promise<Answer<Id>>
  list: <Id extends ProjectOperationId & ListOperationId>(id: Id, ...input: Arguments<ProjectInput<Id>>) => ListOf<Id>
}

export interface AssayClient {
  /** Calls an operation by its name in the API reference; resolves with its answer, rejects with an `AssayError`. */
  call: <Id extends OperationId>(id: Id, ...input: Arguments<Input<Id>>) => Promise<Answer<Id>>
  /** Every row of a list, page after page. */
  list: <Id extends ListOperationId>(id: Id, ...input: Arguments<Input<Id>>) => ListOf<Id>
  /** The operations of one project, without repeating its id. */
  project: (id: number | string) => ProjectClient
  /** A request to any address of the server: for what this version has no types of. */
  request: Request
}

/** An input when it no longer matters of which operation it is. */
interface AnyInput extends CallOptions {
  path?: Record<string, unknown>
  query?: Query
  body?: unknown
}

const dataOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { data?: unknown }).data : undefined

/** Several go in, several come out: the server answers an array of exactly one run or instance with that one alone. */
function asSent(body: unknown, answer: unknown): unknown {
  const data = dataOf(answer)
  const isAlone = Array.isArray(dataOf(body)) && data !== undefined && !Array.isArray(data)
  return isAlone ? { ...(answer as object), data: [data] } : answer
}

/**
 * A client of one server and token.
 *
 * @example
 * const client = createClient({ baseUrl: 'https://assay.example.org', token })
 * const { data } = await client.call('showTest', { path: { project_id: 2, id: 7 } })
 * for await (const run of client.list('listRuns', { path: { project_id: 2 } })) console.log(run.id)
 */
export function createClient(options: ClientOptions): AssayClient {
  const request = createRequest(options)

  function resolve(id: OperationId, { path, ...input }: AnyInput) {
    // Not every caller is checked by a compiler.
    const entry = Object.hasOwn(OPERATIONS, id) ? OPERATIONS[id] : undefined
    if (entry === undefined) throw new TypeError(`There is no operation "${id}"`)
    const [method = '', template = '', kind] = entry.split(' ')
    const once = kind === 'once' ? { idempotencyKey: null } : {}
    return { method, path: fillPath(template, path), input: { ...once, ...input, bytes: kind === 'bytes' } }
  }

  async function call(id: OperationId, given: AnyInput = {}): Promise<unknown> {
    const { method, path, input } = resolve(id, given)
    return asSent(input.body, await request(method, path, input))
  }

  function list(id: OperationId, given: AnyInput = {}) {
    const { path, input } = resolve(id, given)
    return listOf(() => followPages(request, path, input))
  }

  // The types of the table promise what the server keeps; the functions themselves are the same for all operations.
  const any = { call, list } as unknown as Pick<AssayClient, 'call' | 'list'>

  function project(project_id: number | string): ProjectClient {
    const within = (input: AnyInput = {}): AnyInput => ({ ...input, path: { ...input.path, project_id } })
    return {
      call: (id: OperationId, input?: AnyInput) => call(id, within(input)),
      list: (id: OperationId, input?: AnyInput) => list(id, within(input)),
    } as unknown as ProjectClient
  }

  return { ...any, project, request }
}
