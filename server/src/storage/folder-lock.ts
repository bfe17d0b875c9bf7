import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Locks that this process holds: one that nothing refers to would be let go by the garbage collector. */
const held = new Set<DatabaseSync>()

/**
 * Marks a folder as in use by this process, for as long as it lives: however it ends, its lock ends with it, in other
 * containers on the same disk too. Undefined when another process holds it.
 */
export function lockFolder(folder: string): (() => void) | undefined {
  const file = new DatabaseSync(join(folder, 'owner.lock'))
  try {
    // Nothing is ever stored: the lock that a transaction takes is what is wanted.
    file.exec('pragma busy_timeout = 0; begin exclusive')
  } catch {
    file.close()
    return undefined
  }
  held.add(file)
  return () => {
    held.delete(file)
    file.close()
  }
}
