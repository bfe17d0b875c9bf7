// What `npm start` runs: says so where Node is too old to read the program itself.
import { enableCompileCache } from 'node:module'
import { dirname } from 'node:path'
import process from 'node:process'
import { hideExperimentalWarnings, isNewEnough, NEEDED } from './node.js'

if (isNewEnough) {
  hideExperimentalWarnings()
  // Before the first TypeScript: where all of it was read before, what reads it is not even loaded. Threads and children
  // take the folder from the environment.
  const { directory } = enableCompileCache()
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= dirname(directory)
  await import('../src/app/main.ts')
} else {
  process.stderr.write(
    `Assay needs Node ${NEEDED} or newer, and this is ${process.version}: run "npm ci" without --omit=optional, which installs one beside Assay, then "npm start", or start it with a newer Node.\n`,
  )
  process.exitCode = 2
}
