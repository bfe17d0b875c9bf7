import { memoize } from '../memoize.ts'
import { type Attribute, attributesOf, isDerived, type Resource, type Row } from './define-resource.ts'
import { type Cell, jsonText } from './kinds.ts'

/** The wire value of one attribute of a row. */
export function renderAttribute(attribute: Attribute, row: Row): unknown {
  if (isDerived(attribute)) return attribute.render(row)
  return attribute.kind.write((row[attribute.column] ?? null) as Cell)
}

export interface Rendering {
  /** Query flags that add attributes (`duration`, `last-activity`). */
  extras?: ReadonlySet<string>
  relationships?: Record<string, { data: { id: string; type: string }[] }>
}

export interface Rendered {
  id: string
  type: string
  attributes: Record<string, unknown>
  relationships?: Rendering['relationships']
}

/** A row as the contract's resource object (§1.6): string id, every attribute present, in declared order. */
export function renderResource(resource: Resource, row: Row, { extras, relationships }: Rendering = {}): Rendered {
  const attributes: Record<string, unknown> = {}
  for (const [wireName, attribute] of attributesOf(resource)) {
    if (attribute.onRequest !== undefined && !extras?.has(attribute.onRequest)) continue
    attributes[wireName] = renderAttribute(attribute, row)
  }
  return {
    id: String(row.id),
    type: resource.type,
    attributes,
    ...(relationships === undefined ? {} : { relationships }),
  }
}

type Writer = (row: Row, relationships: Rendering['relationships']) => string

/**
 * Builds the function that writes rows of a resource as JSON text. It is one expression, written as source, with a
 * place of its own for every attribute: a loop over the attributes would look each up by name in every row, which took
 * longer than all the rest of a list.
 */
function buildWriter(resource: Resource, extras: ReadonlySet<string> | undefined): Writer {
  const texts: ((value: never) => string)[] = []
  const attributes = Object.entries(resource.attributes).filter(
    ([, { onRequest }]) => onRequest === undefined || extras?.has(onRequest),
  )
  const members = attributes.map(([wireName, attribute], index) => {
    const { kind, column } = attribute
    if (isDerived(attribute)) texts.push((row: Row) => jsonText(attribute.render(row)))
    else texts.push(kind.text ?? ((cell: Cell) => jsonText(kind.write(cell))))
    const value = isDerived(attribute) ? 'row' : `row[${JSON.stringify(column)}] ?? null`
    return `${JSON.stringify(`${index === 0 ? '' : ','}${JSON.stringify(wireName)}:`)} + texts[${index}](${value})`
  })
  const head = JSON.stringify(`","type":"${resource.type}","attributes":{`)
  const source = `return (row, relationships) => '{"id":"' + row.id + ${[head, ...members].join(' + ')} +
    (relationships === undefined ? '}}' : '},"relationships":' + JSON.stringify(relationships) + '}')`
  return new Function('texts', source)(texts) as Writer
}

/** The writers of a resource, by the attributes that are asked for on top. */
const writersOf = memoize((resource: Resource) =>
  memoize((extras: string) => buildWriter(resource, new Set(extras.split(',')))),
)

/** The function that writes what `renderResource` gives as JSON text, without the object between: how lists go out. */
export function writerOf(resource: Resource, extras?: ReadonlySet<string>): Writer {
  return writersOf(resource)(extras === undefined ? '' : [...extras].sort().join())
}

/** The answer to a DELETE (contract §1.6). */
export function renderDeleted(resource: Resource, id: number): object {
  return { data: { id: String(id), type: resource.type } }
}
