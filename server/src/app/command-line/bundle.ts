import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../core/hash.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** Where `npm run build:cli` puts the command line. */
export const BUILT = join(ROOT, 'cli/dist/assay.mjs')

const isSource = (path: string) => path.endsWith('.ts') && !/\.test(-d)?\.ts$|(^|[\\/])test[\\/]/.test(path)

/** Says which sources a bundle is made of: what was built of others is another version. */
export function digestSources(): string {
  const folders = ['cli/src', 'sdk/src'].flatMap((folder) => {
    const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(isSource)
    return paths.map((path) => `${folder}/${path.split(sep).join('/')}`)
  })
  const files = ['cli/package.json', ...folders].sort()
  return sha256(Buffer.from(files.map((file) => `${file} ${sha256(readFileSync(join(ROOT, file)))}`).join('\n')))
}

/** First line of a bundle. */
export function prefixOf(digest: string): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'cli/package.json'), 'utf8')) as { version: string }
  return `// The command line of Assay ${version}: node assay.mjs --help. Made of the sources ${digest}.`
}

/** The licenses of the packages that the modules of a bundle come from, as comments. */
function licensesOf(modules: string[]): string {
  const packages = new Set(
    modules.map((path) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]),
  )
  return [...packages]
    .filter((folder) => folder !== undefined)
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((each) => join(folder, each)).find(existsSync)
      const text = file === undefined ? '' : readFileSync(file, 'utf8').trim()
      return `Contains ${name} ${version}, ${license}:\n\n${text}`
        .split('\n')
        .map((line) => `// ${line}`.trimEnd())
        .join('\n')
    })
    .join('\n//\n')
}

/** Makes the one file of the command line, which needs Node and nothing else. Rolldown is a dev dependency. */
export async function bundleCommandLine(): Promise<string> {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({ input: join(ROOT, 'cli/src/standalone.ts'), platform: 'node', cwd: ROOT })
  try {
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
    const [chunk] = output
    return `${prefixOf(digestSources())}\n${chunk.code}\n${licensesOf(chunk.moduleIds)}\n`
  } finally {
    await bundle.close()
  }
}
