import process from 'node:process'

// The first module of assay.mjs that runs. It and all others import Node's modules as a whole: a name that an older
// Node lacks would end the program before this check.

/** The oldest Node that has what assay.mjs uses. */
const NEEDED = [20, 12] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`assay: Node ${NEEDED.join('.')} or newer is needed; this is ${process.version}.\n`)
  process.exit(2)
}
