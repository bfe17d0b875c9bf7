import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { objectFrom, tryObject } from '../core/jsonapi/body-parameters.ts'
import { isMultipart, parseForm } from '../core/jsonapi/form.ts'
import { canonicalKey, canonicalKeys } from '../core/jsonapi/key-spelling.ts'
import type { ParsedJson } from '../core/jsonapi/lenient-json.ts'
import { MAX_TOKEN } from '../core/limits.ts'
import type { FileOnDisk } from '../storage/blob-store.ts'

const NAME = 'api-token'

interface SentBody {
  bytes?: Buffer
  /** A large JSON body, which is not in `bytes`. */
  json?: (() => ParsedJson) | undefined
  /** A large form, on disk instead of in `bytes`. */
  form?: FileOnDisk
  contentType: string
}

/** The field of a multipart form; files in it are passed over. */
async function fieldOf({ bytes, form, contentType }: SentBody): Promise<string | undefined> {
  let parser: InstanceType<typeof Busboy>
  try {
    parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: MAX_TOKEN } })
  } catch {
    return undefined
  }
  let token: string | undefined
  parser.on('field', (name: string, value: string) => {
    if (canonicalKey(name) === NAME) token = value
  })
  parser.on('file', (_name: string, stream: NodeJS.ReadableStream) => {
    stream.on('error', () => {}).resume()
  })
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve)
    parser.on('error', () => resolve())
    const source = form ? createReadStream(form.path) : Readable.from([bytes ?? Buffer.alloc(0)])
    source.on('error', reject).pipe(parser)
  })
  return token
}

/**
 * The token that a body names as `api_token`, a field of a form or a member of a JSON object, for the v1 endpoints,
 * whose agents send it there (contract §6.2); undefined when it names none.
 */
export async function tokenInBody(body: SentBody): Promise<string | undefined> {
  const { bytes, form, contentType } = body
  if (form || (bytes && isMultipart(contentType))) return blankIsNone(await fieldOf(body))
  const large = body.json
  if (large === undefined && (bytes === undefined || bytes.length === 0)) return undefined
  const json = large ? objectFrom(large) : tryObject(bytes as Buffer)
  if (json) {
    const value = canonicalKeys(json.value as Record<string, unknown>)[NAME]
    return typeof value === 'string' ? blankIsNone(value) : undefined
  }
  if (bytes === undefined) return undefined
  return blankIsNone(parseForm(bytes).findLast(({ name }) => name === NAME)?.value)
}

const blankIsNone = (token: string | undefined) => token?.trim() || undefined
