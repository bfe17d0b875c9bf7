import { spawnSync } from 'node:child_process'

// The long forms of tests that `npm test` runs short: by name, or all of them one after the other.

const LONG: Readonly<Record<string, { env: Record<string, string>; files: readonly string[] }>> = {
  hostile: {
    env: { ASSAY_HOSTILE_MB: '95', ASSAY_DAMAGE_ROUNDS: '10' },
    files: ['e2e/hostile.test.ts', 'server/src/intake/imports/damaged-reports.wire.test.ts'],
  },
  crash: { env: { ASSAY_CRASH_ROUNDS: '30' }, files: ['e2e/crash.test.ts', 'e2e/import-crash.test.ts'] },
  cluster: { env: { ASSAY_CLUSTER_WRITES: '600' }, files: ['e2e/cluster.test.ts', 'e2e/import-cluster.test.ts'] },
  files: { env: { ASSAY_LARGE_MB: '500' }, files: ['e2e/large-files.test.ts'] },
  load: { env: { ASSAY_LOAD_SECONDS: '60' }, files: ['e2e/load.test.ts'] },
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => !(name in LONG))
if (unknown.length > 0) {
  console.error(`There is no long test ${unknown.join(', ')}; there are: ${Object.keys(LONG).join(', ')}`)
  process.exit(2)
}
let failed = 0
for (const name of named.length > 0 ? named : Object.keys(LONG)) {
  const { env, files } = LONG[name] as (typeof LONG)[string]
  const { status } = spawnSync('npx', ['vitest', 'run', ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  if (status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
