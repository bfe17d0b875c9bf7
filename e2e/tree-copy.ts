import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { newFolder, ROOT } from './server-process.ts'

const LEFT_OUT = /^(?:[.]git|node_modules|reports)(?:\/|$)/

export interface TreeCopy {
  root: string
  /** Changes a file; throws when that changes nothing. */
  edit(path: string, change: (text: string) => string): void
  add(path: string, text: string): void
  /** The files that were changed and added, in the order in which they were first touched. */
  touched: readonly string[]
}

/** Installs what the tree has installed, with the copy's own packages in place of the tree's. */
function linkPackages(root: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(root, 'node_modules')]
  mkdirSync(join(to, '@assay'), { recursive: true })
  for (const name of readdirSync(from)) if (name !== '@assay') symlinkSync(join(from, name), join(to, name))
  for (const name of readdirSync(join(from, '@assay'))) symlinkSync(join(root, name), join(to, '@assay', name))
}

/** A copy of this tree in which files can be changed. */
export function copyTree(): TreeCopy {
  const root = newFolder()
  cpSync(ROOT, root, { recursive: true, filter: (from) => !LEFT_OUT.test(relative(ROOT, from)) })
  linkPackages(root)
  const touched: string[] = []
  const write = (path: string, text: string) => {
    if (!touched.includes(path)) touched.push(path)
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return {
    root,
    touched,
    add: write,
    edit(path, change) {
      const before = readFileSync(join(root, path), 'utf8')
      const after = change(before)
      if (after === before) throw new Error(`nothing was changed in ${path}`)
      write(path, after)
    },
  }
}
