/** Joins blocks of text with line ends between them; blank ones are left out. */
export function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block.trim() !== '').join('\n')
}

/** What a test wrote, its standard error under a line of its own. */
export function joinOutput(out: string, err: string): string {
  return joinBlocks([out, err.trim() === '' ? '' : `--- standard error ---\n${err}`])
}

/** The members that say something: blank texts and undefined ones are left out. */
export function present<T extends Record<string, string | number | undefined>>(members: T): Partial<PresentOf<T>> {
  const kept: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && (typeof value === 'number' || value.trim() !== '')) kept[name] = value
  }
  return kept as Partial<PresentOf<T>>
}

type PresentOf<T> = { [K in keyof T]: Exclude<T[K], undefined> }
