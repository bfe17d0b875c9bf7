import { MAX_TREE_DEPTH } from './limits.ts'

/** The ids above a node, nearest first. Stops after `MAX_TREE_DEPTH` + 1 of them. */
export async function ancestorsOf(
  parentId: number | null,
  parentOf: (id: number) => Promise<number | null>,
): Promise<number[]> {
  const above: number[] = []
  for (let id = parentId; id !== null && above.length <= MAX_TREE_DEPTH; id = await parentOf(id)) {
    if (above.includes(id)) break
    above.push(id)
  }
  return above
}
