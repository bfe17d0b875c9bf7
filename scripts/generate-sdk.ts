import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OpenApiDocument, printOperations, printSchemas } from './sdk-types.ts'

// `npm run generate:sdk`: turns openapi.json into the SDK's types and its table of operations (sdk/src/generated).
// `--check` writes nothing and fails when they are stale.

const root = join(import.meta.dirname, '..')
const FOLDER = 'sdk/src/generated'

/** The text as biome formats it. */
function formatted(file: string, text: string): string {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${file}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`biome cannot format ${file}: ${stderr}`)
  return stdout
}

const document = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as OpenApiDocument
const files: Record<string, string> = {
  [`${FOLDER}/schemas.ts`]: printSchemas(document),
  [`${FOLDER}/operations.ts`]: printOperations(document),
}
const stale: string[] = []
for (const [file, text] of Object.entries(files)) {
  const content = formatted(file, text)
  if (!process.argv.includes('--check')) writeFileSync(join(root, file), content)
  else if (readFileSync(join(root, file), 'utf8') !== content) stale.push(file)
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate:sdk" and commit what it writes.`)
  process.exitCode = 1
}
