import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { newFolder, ROOT } from './server-process.ts'

const LEFT_OUT = /^(?:[.]git|node_modules|reports)(?:\/|$)/

/** A copy of this tree in which files can be changed; packages are those of the tree. */
export function copyTree(): { root: string; edit(path: string, change: (text: string) => string): void } {
  const root = newFolder()
  cpSync(ROOT, root, { recursive: true, filter: (from) => !LEFT_OUT.test(relative(ROOT, from)) })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  return {
    root,
    edit(path, change) {
      const file = join(root, path)
      const before = readFileSync(file, 'utf8')
      const after = change(before)
      if (after === before) throw new Error(`nothing was changed in ${path}`)
      writeFileSync(file, after)
    },
  }
}
