/** A node of a plan that PostgreSQL ran and explained. */
export interface PlanNode {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** How many rows a plan that was run has looked at in its tables and indexes. */
export function rowsVisited(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, each) => sum + rowsVisited(each), 0)
  if (!node['Node Type'].includes('Scan')) return below
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return below + (node['Actual Rows'] + removed) * node['Actual Loops']
}
