import { spawn } from 'node:child_process'
import { startFakeServer } from './test/fake-server.ts'

const s = await startFakeServer()
s.forget()
const c = spawn(
  process.execPath,
  [
    ...process.execArgv,
    '/work/main/cli/bin/assay.js',
    'upload',
    'junit',
    '/tmp/try/big.xml',
    '--project',
    'Demo',
    '--set',
    'x',
  ],
  { env: { ...process.env, ASSAY_URL: s.url, ASSAY_TOKEN: 'x'.repeat(40) }, stdio: ['ignore', 'inherit', 'inherit'] },
)
c.on('exit', (code) => {
  console.log('exit', code)
  s.stop()
})
