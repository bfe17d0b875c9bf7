import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { matchesOutput, type Step } from './guide-blocks.ts'
import { ROOT } from './server-process.ts'

/** A reader's folder: in it `assay`, a checkout of this project with the server's data, whose new files stay there. */
function newReaderFolder(dataDir: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-guide-'))
  const checkout = join(folder, 'assay')
  mkdirSync(checkout)
  for (const name of readdirSync(ROOT)) {
    if (!['.git', 'data', 'reports'].includes(name)) symlinkSync(join(ROOT, name), join(checkout, name))
  }
  symlinkSync(dataDir, join(checkout, 'data'))
  return folder
}

/**
 * One bash sources all blocks, so that variables, functions and the folder last; each prints to files of its own. A
 * block marked `exit-1` must end with 1. Programs in TypeScript lie in the checkout, where they find the SDK.
 */
function scriptOf(steps: Step[], outputs: string, folder: string): string {
  const lines = steps.map(({ block }, index) => {
    const stem = join(outputs, String(index))
    const isProgram = block.language === 'ts'
    const path = isProgram ? join(folder, 'assay', `sample-${index}.ts`) : `${stem}.sh`
    writeFileSync(path, `${block.text}\n`)
    const run = isProgram ? `'${process.execPath}' --disable-warning=ExperimentalWarning` : 'source'
    const line = `${run} '${path}' >'${stem}.out' 2>'${stem}.err'`
    const code = block.roles.find((role) => role.startsWith('exit-'))?.slice('exit-'.length)
    return code === undefined ? line : `set +e; ${line}; ended=$?; set -e; [ "$ended" = ${code} ]`
  })
  return ['set -euo pipefail', ...lines].join('\n')
}

/** Milliseconds after which a guide is stuck. */
const PATIENCE = 120_000

/** Runs a script; whatever it leaves running in the background ends with it. */
function runBash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: 'ignore', detached: true })
  return new Promise((resolve, reject) => {
    const endGroup = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL')
      } catch {
        // Nothing of it is left.
      }
    }
    const timer = setTimeout(endGroup, PATIENCE)
    child.once('error', reject)
    child.once('close', (status) => {
      clearTimeout(timer)
      endGroup()
      resolve(status)
    })
  })
}

/**
 * Runs the steps of a guide in order, in one shell and a new folder, as a reader would who pastes them. Answers what
 * went wrong, one text a block, with the line of the guide; nothing after a block that failed is run.
 */
export async function runSteps(steps: Step[], dataDir: string, env: Record<string, string>): Promise<string[]> {
  const outputs = mkdtempSync(join(tmpdir(), 'assay-guide-out-'))
  // Only what the guide itself introduces is set: a variable it forgot ends the script.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ASSAY_|DATABASE_)/.test(name)),
  )
  const folder = newReaderFolder(dataDir)
  const status = await runBash(scriptOf(steps, outputs, folder), folder, { ...inherited, ...env })
  const read = (name: string) => (existsSync(join(outputs, name)) ? readFileSync(join(outputs, name), 'utf8') : '')
  const problems: string[] = []
  const last = steps.findLastIndex((_, index) => existsSync(join(outputs, `${index}.out`)))
  for (const [index, { block, output }] of steps.slice(0, last + 1).entries()) {
    const printed = read(`${index}.out`)
    const failed = status !== 0 && index === last
    if (failed)
      problems.push(`line ${block.line}: ended with ${status}\n${block.text}\n${printed}${read(`${index}.err`)}`)
    else if (output && !matchesOutput(output, printed)) {
      problems.push(`line ${output.line}: prints something else than shown:\n${printed}`)
    }
  }
  return problems
}
