import type { Caller } from '../auth/caller.ts'
import type { Project } from '../auth/enter-project.ts'
import type { Origin } from '../auth/session.ts'
import type { Body } from '../core/jsonapi/body.ts'
import type { ParsedJson } from '../core/jsonapi/lenient-json.ts'
import type { Query } from '../core/jsonapi/query.ts'
import type { Permission } from '../core/permissions.ts'
import type { JsonSchema } from '../core/resource/json-schema.ts'
import type { Reader, Tx } from '../db/handle.ts'
import type { BlobStore, FileOnDisk } from '../storage/blob-store.ts'
import type { RequestSpool, TakenFiles } from '../storage/spool.ts'
import type { Parameter } from './parameter.ts'

/**
 * What a handler answers with. Writes name rows by id: they are shown as they are after the commit, and an
 * Idempotency-Key can repeat the answer from that alone (contract §1.18). `in`: the project that a body or id led to,
 * where the path names none. `data`: the JSON text of what
 * stands under that key; `rows`: those of what an array there holds, made as they are sent. `cookie`, `cookies`: what the
 * browser is to keep.
 */
export type Answer =
  | { show: string; id: number; meta?: object; in?: Context; replayed?: true }
  | { show: string; ids: number[]; meta?: object; in?: Context }
  | { body: object; cookie?: string }
  | { data: string }
  | { rows: Iterable<string> }
  | { page: PageAnswer }
  | { redirect: string; cookies?: string[] }

export interface PageAnswer {
  /** JSON texts of the resources, made as they are sent. */
  data: Iterable<string>
  links: object
  meta: object
}

/** Names what a bulk made, in order; an array of one is answered with its object (contract §1.5). */
export const showMade = (show: string, ids: readonly number[], many: boolean): Answer =>
  many && ids.length !== 1 ? { show, ids: [...ids] } : { show, id: ids[0] as number }

/** Resources that are objects, as a page takes them. */
export const jsonTexts = (resources: readonly object[]): string[] => resources.map((each) => JSON.stringify(each))

/** One request, as handlers see it: already authenticated, authorized, and inside its account. */
export interface Context {
  reader: Reader
  /** For queries that may be long (PTQL, filters): they hold up nobody and are stopped in the end. */
  longReader: Reader
  caller: Caller
  /** The project of the path; reading it on a route without one is a programming error. */
  readonly project: Project
  /** The same request inside a project that its body names; 404 unless the caller may enter it. */
  enter(projectId: number): Promise<Context>
  /** The same request as somebody else's: of who proved to be them by what it holds. */
  as(caller: Caller): Context
  /** A path parameter that must be an id; 404 when it cannot be one. */
  id(name?: string): number
  query: Query
  /** The parsed body; throws 400 when there is none. */
  body(): Body
  /** As `body`, but undefined for a request without one, or with one that is no JSON object. */
  optionalBody(): Body | undefined
  /** Files that were taken out of the body while it arrived, and how large one may be. */
  files: { taken: TakenFiles; maxBytes: number }
  /** A header of the request. */
  header(name: string): string | undefined
  /** Body bytes and Content-Type, for the endpoints that take forms. */
  raw: {
    bytes: Buffer | undefined
    /** A large JSON body, read already, and not in `bytes`. */
    json: (() => ParsedJson) | undefined
    /** The body of a route that takes forms, when it is a large one, or reports: on disk, and not in `bytes`. */
    form: FileOnDisk | undefined
    contentType: string
    /** Where files of a large body may wait. */
    spool: RequestSpool | undefined
  }
  now: number
  /** Where it comes from: the address of the client, as far as proxies that are trusted tell it. */
  readonly address: string
  /** Who made a browser send it. */
  readonly origin: Origin
  /** `https://host` of links. */
  baseUrl: string
  /** Scheme, host and path of this request, for paging links. */
  url: string
  blobs: BlobStore
  /** Throws 403 unless the caller may do that in the project. */
  require(...permissions: Permission[]): void
  can(permission: Permission): boolean
  /**
   * Runs the one transaction of a writing request, and honours Idempotency-Key. `ids` is how many ids it is likely to
   * take, as in Database.write; left out: one for a POST, none otherwise. `secret`: the answer shows one, so the key is
   * ignored, because that answer may never be stored (contract §1.18).
   */
  write(job: (tx: Tx) => Promise<Answer>, options?: { ids?: number; secret?: boolean }): Promise<Answer>
}

/**
 * Who may call a route: `none` = no token is looked at; `user` = any user, by a session or a personal token; `entity` = the
 * handler decides from the entity named, with `ctx.require`. Of several permissions any will do, and the handler decides
 * what each allows.
 */
export type Access = 'none' | 'any' | 'user' | 'account' | 'member' | 'entity' | Permission | readonly Permission[]

/** What the document says of a route where that does not follow from its method, its path and the list of its resource: data only. */
export interface Description {
  /** Operation id. */
  id?: string
  /** Group of operations that it belongs to; needed by routes of no resource. */
  tag?: string
  /** More than the summary, for people. */
  description?: string
  /** Query parameters besides those of the list. */
  parameters?: readonly Parameter[]
  /** It takes what narrows the list of its resource. */
  filtered?: boolean
  /** A JSON body; null = none. */
  body?: JsonSchema | null
  /** The body may be left out. */
  bodyOptional?: boolean
  /** Its body names the project, or what lies in one. */
  namesProject?: boolean
  /** Attributes that the body takes besides the declared ones. */
  attributes?: Record<string, JsonSchema>
  /** What a new one may have beside its attributes (contract §1.5). */
  beside?: Record<string, JsonSchema>
  /** Several can be created in one request. */
  bulk?: boolean
  /** It shows or changes links: the body and the answer are identifiers. */
  links?: boolean
  /** The answer with status 200. */
  answer?: JsonSchema
  /** The answer is a page of these. */
  pageOf?: JsonSchema
  /** Schemas that it defines, by name; other routes may refer to them. */
  schemas?: Record<string, JsonSchema>
  /** The path is shown without `.json`. */
  noSuffix?: boolean
  /** Another spelling of a path, which the document does not show. */
  undocumented?: boolean
  /** What a sample call needs: its query, and the id in its path. */
  sample?: { query?: string; id?: number }
}

/** An endpoint. `path` is below `/api/v2`, without suffix; `:project_id` makes it a project route. */
export interface Route extends Description {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  access: Access
  /** `path` is the whole path, not below /api/v2. */
  atRoot?: boolean
  /** The answer without `.json` is a file, an operation of its own: it ignores `Accept`. */
  download?: Required<Pick<Description, 'id'>> & Pick<Route, 'summary' | 'handle'>
  /** A GET by which agents take work: not counted by the rate limit, and no HEAD (contract §6.4). */
  takesWork?: boolean
  /** The body may be a multipart form: a large one waits on disk, as it came. */
  takesForm?: boolean
  /** The body is a report, an archive or a form of such: it waits on disk, whatever its type. */
  takesReport?: boolean
  /** Open to people who must set up a second factor first (contract §14.4). */
  beforeSecondFactor?: boolean
  /** The token may also be a member of the body, where header and query have none (contract §6.2). */
  tokenInBody?: boolean
  /** One line for people: what it does. */
  summary: string
  handle(context: Context): Promise<Answer>
}
