/** The text of a statement that inserts rows, given `values` as the dialect spells their parameters. */
export function insertText(
  table: string,
  columns: readonly string[],
  values: readonly string[],
  { skipExisting }: { skipExisting: boolean },
): string {
  const names = columns.map((column) => `"${column}"`).join(', ')
  return `insert into "${table}" (${names}) values ${values.join(', ')}${skipExisting ? ' on conflict do nothing' : ''}`
}
