import { type Attribute, isDerived, type Resource, type Row } from './define-resource.ts'
import type { Cell } from './kinds.ts'

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
  for (const [wireName, attribute] of Object.entries(resource.attributes)) {
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

/** The answer to a DELETE (contract §1.6). */
export function renderDeleted(resource: Resource, id: number): object {
  return { data: { id: String(id), type: resource.type } }
}
