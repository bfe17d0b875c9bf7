/** A node of the syntax tree of PostgreSQL's own parser; what it holds depends on its kind. */
export type Tree = { [key: string]: unknown }

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A child of a node that holds one. */
export function child(node: Tree | undefined, key: string): Tree | undefined {
  const value = node?.[key]
  return isTree(value) ? value : undefined
}

/** The children under a key of a node that holds several. */
export function children(node: Tree | undefined, key: string): Tree[] {
  const value = node?.[key]
  return Array.isArray(value) ? value.filter(isTree) : []
}

/** A text that a node holds; empty when it holds none. */
export function text(node: Tree | undefined, key: string): string {
  const value = node?.[key]
  return typeof value === 'string' ? value : ''
}

/** `String` nodes as texts; other nodes, such as `*`, as `*`. */
export const words = (nodes: readonly Tree[]) =>
  nodes.map((node) => (child(node, 'String') ? text(child(node, 'String'), 'sval') : '*'))

/** All nodes of a kind below a value that no subquery holds, the subqueries themselves among them. */
export function* nodesOf(value: unknown, kind: string): Generator<Tree> {
  if (Array.isArray(value)) for (const member of value) yield* nodesOf(member, kind)
  if (!isTree(value)) return
  for (const [key, held] of Object.entries(value)) {
    if (key === kind && isTree(held)) yield held
    if (key !== 'SubLink' || kind !== 'SubLink') yield* nodesOf(held, kind)
    else yield* nodesOf(child(value, 'SubLink')?.testexpr, kind)
  }
}
