import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { BUILT, bundleCommandLine } from '../server/src/app/command-line/bundle.ts'

// `npm run build:cli`: the command line for uploads as one file, cli/dist/assay.mjs, which the server offers at
// /cli/assay.mjs. With `-` it goes to standard output.

const text = await bundleCommandLine()
if (process.argv[2] === '-') process.stdout.write(text)
else {
  mkdirSync(dirname(BUILT), { recursive: true })
  writeFileSync(BUILT, text)
  console.log(`${BUILT}: ${Math.ceil(text.length / 1024)} KiB`)
}
