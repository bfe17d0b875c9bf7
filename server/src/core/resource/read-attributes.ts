import { isDeepStrictEqual } from 'node:util'
import { inside, type Pointer, type Problems } from '../problems.ts'
import {
  type Attribute,
  attributesOf,
  canCreate,
  canUpdate,
  isRequired,
  type Resource,
  type Row,
} from './define-resource.ts'
import { type Cell, labelOf, type Reading } from './kinds.ts'
import { renderAttribute } from './render.ts'

/** Cells to write, by column. */
export type Cells = Record<string, Cell>

/** The attributes of one element of a body, under canonical keys, and where they stand. */
export interface Input {
  values: Record<string, unknown>
  place: Pointer
  /** Source text of the number under a key of this element, or deeper inside its value; blank where none stands. */
  literal(key: string, ...path: (string | number)[]): string
}

interface Options {
  resource: Resource
  sent: Input
  problems: Problems
}

/** What a kind may use; place and label are put together when something is wrong, which is seldom. */
class AttributeReading implements Reading {
  readonly problems: Problems
  readonly #sent: Input
  readonly #wireName: string

  constructor(wireName: string, { sent, problems }: Options) {
    this.problems = problems
    this.#sent = sent
    this.#wireName = wireName
  }

  get place(): Pointer {
    return inside(this.#sent.place, this.#wireName)
  }

  get label(): string {
    return labelOf(this.#wireName)
  }

  literal(...path: (string | number)[]): string {
    return this.#sent.literal(this.#wireName, ...path)
  }
}

const readOne = (wireName: string, attribute: Attribute, options: Options): Cell | undefined =>
  attribute.kind.read(options.sent.values[wireName], new AttributeReading(wireName, options))

/** Cells of a new row: sent values, else initials. `null` means "not sent" on create (contract §1.5). */
export function readForCreate(options: Options): Cells {
  const { resource, sent, problems } = options
  const cells: Cells = {}
  for (const [wireName, attribute] of attributesOf(resource)) {
    if (!canCreate(attribute) || attribute.byAction) continue
    const value = sent.values[wireName] ?? null
    if (value === null) {
      cells[attribute.column] = attribute.initial
      if (isRequired(attribute)) problems.at(inside(sent.place, wireName), `${labelOf(wireName)} can't be blank`)
      continue
    }
    const cell = readOne(wireName, attribute, options)
    cells[attribute.column] = cell ?? attribute.initial
    if (cell === null && isRequired(attribute)) {
      problems.at(inside(sent.place, wireName), `${labelOf(wireName)} can't be blank`)
    }
  }
  return cells
}

/**
 * Cells that a PUT changes. A value equal to the one the entity already shows is skipped unread, so that reading an
 * entity and putting it back always works (contract §1.4); `null` clears, or is 422 where it cannot.
 */
export function readForUpdate(options: Options & { row: Row }): Cells {
  const { resource, sent, problems, row } = options
  const cells: Cells = {}
  for (const [wireName, attribute] of attributesOf(resource)) {
    if (!(wireName in sent.values) || !canUpdate(attribute) || attribute.byAction) continue
    const value = sent.values[wireName]
    if (isDeepStrictEqual(value, renderAttribute(attribute, row))) continue
    if (value === null || value === undefined) {
      if (attribute.kind.cleared === 'keep') continue
      if (attribute.kind.cleared === undefined) {
        problems.at(inside(sent.place, wireName), `${labelOf(wireName)} can't be blank`)
        continue
      }
      cells[attribute.column] = attribute.kind.cleared
    } else {
      const cell = readOne(wireName, attribute, options)
      if (cell === undefined) continue
      cells[attribute.column] = cell === null ? (attribute.kind.cleared as Cell) : cell
    }
    if (cells[attribute.column] === row[attribute.column]) delete cells[attribute.column]
  }
  return cells
}
