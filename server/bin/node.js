// Plain JavaScript that any Node can read: what Assay asks of the Node that runs it.
import process from 'node:process'

/** The oldest Node that runs TypeScript and brings SQLite as Assay uses it. */
export const NEEDED = 24

/** Whether this Node is new enough. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= NEEDED

/** SQLite and type stripping work; that Node calls them experimental helps nobody who runs a command. */
export function hideExperimentalWarnings() {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
  })
}
