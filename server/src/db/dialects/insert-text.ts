/** The text of a statement that inserts rows, given what comes behind the columns: values, or a select. */
export function insertText(
  table: string,
  columns: readonly string[],
  rows: string,
  { skipExisting }: { skipExisting: boolean },
): string {
  const names = columns.map((column) => `"${column}"`).join(', ')
  return `insert into "${table}" (${names}) ${rows}${skipExisting ? ' on conflict do nothing' : ''}`
}
