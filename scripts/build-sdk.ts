import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

// `npm run build:sdk [-- folder]`: the SDK as plain JavaScript with declarations, ready for `npm publish` or for a
// browser. Inside this repository nothing needs it: Node runs the sources.

const root = join(import.meta.dirname, '..')
const OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  lib: 'es2022,dom,dom.iterable',
  rootDir: join(root, 'sdk/src'),
}
const FLAGS = [
  '--ignoreConfig',
  '--declaration',
  '--rewriteRelativeImportExtensions',
  '--verbatimModuleSyntax',
  '--strict',
]

/** Writes the package into `folder`. Throws with the compiler's words when it does not compile. */
export function buildSdk(folder: string): void {
  const options = Object.entries({ ...OPTIONS, outDir: folder }).flatMap(([name, value]) => [`--${name}`, value])
  // Without the types of Node: what compiles here uses nothing but the web's globals.
  const args = [join(root, 'node_modules/typescript/bin/tsc'), ...FLAGS, '--types', '', ...options]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, join(root, 'sdk/src/index.ts')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the SDK does not compile:\n${stdout}${stderr}`)
  const source = JSON.parse(readFileSync(join(root, 'sdk/package.json'), 'utf8')) as Record<string, unknown>
  const { private: _, files: __, types: ___, ...described } = source
  const entry = { types: './index.d.ts', default: './index.js' }
  const made = { ...described, engines: { node: '>=20.3' }, exports: { '.': entry } }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(made, null, 2)}\n`)
  copyFileSync(join(root, 'sdk/README.md'), join(folder, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

if (import.meta.main) buildSdk(resolve(process.argv[2] ?? join(root, 'reports/sdk')))
