import { type Class, type Outcome, simulate } from './simulation.ts'

// What `npm run simulate` prints: how well the rules find flaky tests and infrastructure in histories of known truth.
// npm run simulate -- [tests] [builds] [seed]

const [tests = 10_000, builds = 200, seed = 1] = process.argv.slice(2).map(Number)
const share = (part: number, whole: number) => (whole === 0 ? '—' : (part / whole).toFixed(4))

function print(name: string, { classes, precision, infrastructure }: Outcome): void {
  console.log(`\n${name}`)
  console.log('                 tests   ever flaky   share    at the end')
  for (const [each, { tests: all, ever, atEnd }] of Object.entries(classes) as [Class, Outcome['classes'][Class]][]) {
    console.log(
      `  ${each.padEnd(13)}${String(all).padStart(7)}${String(ever).padStart(13)}   ${share(ever, all)}   ${share(atEnd, all)}`,
    )
  }
  console.log(`  precision of "flaky"  ${precision.toFixed(4)}`)
  const { imports, found, precision: right, recall } = infrastructure
  console.log(
    `  infrastructure: ${imports} imports, ${found} found; precision ${right.toFixed(4)}, recall ${recall.toFixed(4)}`,
  )
}

const usual = { tests, builds, seed, retries: true, knowsBase: true, knowsCauses: true }
print('Jobs try a failed test again', simulate(usual))
print('Nothing is tried again', simulate({ ...usual, retries: false }))
print('Nothing is tried again, bases of changes are unknown', simulate({ ...usual, retries: false, knowsBase: false }))
print(
  'Nothing is tried again, and tests of a cause are not counted',
  simulate({ ...usual, retries: false, knowsCauses: false }),
)
