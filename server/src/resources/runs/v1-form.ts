import { type Body, type Element, inputAt, toBody } from '../../core/jsonapi/body.ts'
import { isMultipart, parseForm } from '../../core/jsonapi/form.ts'
import { isObject } from '../../core/jsonapi/key-spelling.ts'
import { type ParsedJson, type Path, parseJson, startsObject } from '../../core/jsonapi/lenient-json.ts'
import { isBlank } from '../../core/text.ts'
import type { Context } from '../../engine/route.ts'
import type { UploadedFile } from '../attachments/attachments.rules.ts'
import { textFile } from '../attachments/attachments.rules.ts'
import { type Form, readMultipart } from './read-multipart.ts'

/** Parameters that hold more than a text, which forms send as the JSON of it, and what they must be. */
const STRUCTURED: Record<string, (value: unknown) => boolean> = {
  steps: Array.isArray,
  'custom-fields': isObject,
  'instance-custom-fields': isObject,
}

/** What a v1 upload sent. */
export interface V1Form {
  /** A parameter as text; undefined where it is absent. */
  text(name: string): string | undefined
  /** All parameters, as if they were members of one body. */
  element: Element
  files: UploadedFile[]
}

/** Values by canonical name, and where the source texts of the numbers in them are found. */
interface Values {
  values: Record<string, unknown>
  literals: Map<string, (path: Path) => string>
}

function tryJson(text: string): ParsedJson | undefined {
  try {
    return parseJson(Buffer.from(text))
  } catch {
    return undefined
  }
}

/** Structured parameters as what they hold; a result is never refused for one that is no such thing: it is a file then. */
function parseStructured({ values, literals }: Values, files: UploadedFile[]): void {
  for (const [name, fits] of Object.entries(STRUCTURED)) {
    const sent = values[name]
    const isText = typeof sent === 'string'
    if (sent === undefined || sent === null || (isText && isBlank(sent))) {
      delete values[name]
      continue
    }
    const json = isText ? tryJson(sent) : undefined
    const value = isText ? json?.value : sent
    if (fits(value)) {
      values[name] = value
      if (json) literals.set(name, json.literalAt)
    } else {
      delete values[name]
      files.push(textFile(name, isText ? sent : JSON.stringify(sent)))
    }
  }
}

/** Parameters from the query, a form or a flat JSON object; the query wins (contract §6.2). */
export async function readV1Form({ raw, query }: Context): Promise<V1Form> {
  const form: Form = { fields: new Map(), files: [] }
  const { bytes, contentType } = raw
  let json: Body | undefined
  if (raw.form || (bytes && isMultipart(contentType))) await readMultipart(raw, form)
  else if (raw.json) json = toBody(raw.json())
  else if (bytes && startsObject(bytes)) json = toBody(parseJson(bytes))
  else if (bytes) for (const { name, value } of parseForm(bytes)) form.fields.set(name, value)
  for (const { name, value } of query.pairs) if (value !== '') form.fields.set(name, value)

  const values: Record<string, unknown> = Object.assign(Object.create(null), json?.top)
  const literals: Values['literals'] = new Map(
    Object.keys(values).map((name) => [name, (path) => json?.json.literalAt([name, ...path]) ?? '']),
  )
  for (const [name, value] of form.fields) {
    values[name] = value
    literals.delete(name)
  }
  parseStructured({ values, literals }, form.files)
  const literalAt = ([name, ...path]: Path) => literals.get(String(name))?.(path) ?? ''
  const body: Body = { top: values, json: { value: values, literalAt } }
  const place = { pointer: '' }
  const at: Element['at'] = (inner, where) => inputAt(body, inner, where)
  const sent = at(values, place)
  const text = (name: string) => {
    const value = values[name]
    if (typeof value === 'number') return sent.literal(name)
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value)
  }
  return { text, element: { beside: values, sent, place, at }, files: form.files }
}
