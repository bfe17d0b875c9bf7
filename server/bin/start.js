// What `npm start` runs: says so where Node is too old to read the program itself.
import process from 'node:process'
import { hideExperimentalWarnings, isNewEnough, NEEDED } from './node.js'

if (isNewEnough) {
  hideExperimentalWarnings()
  await import('../src/app/main.ts')
} else {
  process.stderr.write(
    `Assay needs Node ${NEEDED} or newer, and this is ${process.version}: run "npm ci" without --omit=optional, which installs one beside Assay, then "npm start", or start it with a newer Node.\n`,
  )
  process.exitCode = 2
}
