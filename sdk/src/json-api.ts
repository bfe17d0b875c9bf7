/** One resource of the API. Ids are strings here and numbers inside `attributes`. */
export interface Resource<A = Record<string, unknown>> {
  id: string
  type: string
  attributes: A
}

/** Answer to a request for one resource. */
export interface SingleDocument<A = Record<string, unknown>> {
  data: Resource<A>
  meta?: Record<string, unknown>
}

/** Answer to a list request, or to a bulk write (which carries no links). */
export interface ListDocument<A = Record<string, unknown>> {
  data: Resource<A>[]
  links?: { self?: string; first?: string | null; prev?: string | null; next?: string | null; last?: string | null }
  meta?: Record<string, unknown>
}

/** One element of `errors` in a refusal. */
export interface ApiErrorObject {
  id?: string
  status?: string
  title: string
  detail?: string
  source?: { pointer?: string; parameter?: string }
}
