export type { Query, QueryValue } from './addresses.ts'
export { requestUrl, serverRoot } from './addresses.ts'
export type { FileObject } from './attachment.ts'
export { attachment } from './attachment.ts'
export type { AssayClient, ProjectClient } from './client.ts'
export { createClient } from './client.ts'
export type { ApiErrorObject } from './errors.ts'
export { AssayConnectionError, AssayError } from './errors.ts'
export type { ListOperationId, Operations } from './generated/operations.ts'
export type * as Api from './generated/schemas.ts'
export type {
  Answer,
  Input,
  ListOf,
  OperationId,
  ProjectInput,
  ProjectOperationId,
  Row,
} from './operation-types.ts'
export type { List, Page } from './pages.ts'
export { followPages } from './pages.ts'
export { readAnswer } from './read-answer.ts'
export type { CallOptions, ClientOptions, Request, RequestOptions } from './request.ts'
export { createRequest, randomKey } from './request.ts'
export type { RetryNotice, RetryOptions } from './retry.ts'
export { backOffDelay, isRetriedStatus } from './retry.ts'
