import process from 'node:process'
import { AssayConnectionError, AssayError } from '@assay/sdk'
import { Command, CommanderError } from 'commander'
import { CliError } from './cli-error.ts'
import { backupCommand } from './commands/backup.ts'
import { createAccountCommand } from './commands/create-account.ts'
import { createProjectCommand } from './commands/create-project.ts'
import { createTokenCommand } from './commands/create-token.ts'
import { createUserCommand } from './commands/create-user.ts'
import { distributeTablesCommand } from './commands/distribute-tables.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { listAccountsCommand } from './commands/list-accounts.ts'
import { listProjectsCommand } from './commands/list-projects.ts'
import { listTokensCommand } from './commands/list-tokens.ts'
import { restoreCommand } from './commands/restore.ts'
import { revokeTokenCommand } from './commands/revoke-token.ts'
import { serveCommand } from './commands/serve.ts'
import { uploadJunitCommand } from './commands/upload-junit.ts'
import type { Context } from './context.ts'

const TROUBLE = 2

const HELP = `
Exit codes:
  0  done; for uploads: everything was stored and nothing failed
  1  uploads: everything was stored and there are failing tests; doctor: something is wrong and was not repaired;
     backup, restore, export, import: done, but files of attachments were missing
  2  anything else: wrong command line, no connection, something not done or not stored

All commands but upload work on the server's own database (ASSAY_DATA_DIR or DATABASE_URL).
upload works over the network (ASSAY_URL, ASSAY_TOKEN).`

function group(name: string, description: string, commands: Command[]): Command {
  const parent = new Command(name).description(description)
  for (const command of commands) parent.addCommand(command)
  return parent
}

function buildProgram(context: Context): Command {
  const program = new Command('assay').description('Assay: test management on your own server')
  program.addHelpText('after', HELP)
  const commands = [
    serveCommand(context),
    initCommand(context),
    group('account', 'accounts of this server', [createAccountCommand(context), listAccountsCommand(context)]),
    group('token', 'tokens for the API', [
      createTokenCommand(context),
      listTokensCommand(context),
      revokeTokenCommand(context),
    ]),
    group('project', 'projects', [createProjectCommand(context), listProjectsCommand(context)]),
    group('user', 'users', [createUserCommand(context)]),
    backupCommand(context),
    restoreCommand(context),
    exportCommand(context),
    importCommand(context),
    doctorCommand(context),
    group('db', 'the database itself', [distributeTablesCommand(context)]),
    group('upload', 'upload test results', [uploadJunitCommand(context)]),
  ]
  for (const command of commands) program.addCommand(command)
  configure(program, context)
  return program
}

/** Throwing instead of exiting, and our streams, for the program and everything below it. */
function configure(command: Command, context: Context): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
  })
  for (const child of command.commands) configure(child, context)
}

/** Runs one command line and returns the exit code. */
export async function runCli(argv: string[], context: Omit<Context, 'setExitCode'>): Promise<number> {
  let exitCode = 0
  const program = buildProgram({
    ...context,
    setExitCode: (code) => {
      exitCode = code
    },
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its message already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : TROUBLE
    context.stderr.write(`assay: ${explain(error, context)}\n`)
    return TROUBLE
  }
}

function explain(error: unknown, { signal }: Omit<Context, 'setExitCode'>): string {
  if (signal.aborted) return 'interrupted'
  if (error instanceof CliError || error instanceof AssayConnectionError) return error.message
  if (error instanceof AssayError) {
    const id = error.requestId === null ? '' : ` (request ${error.requestId})`
    return `the server refused: ${error.message}${error.status >= 500 ? id : ''}`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Entry of the process: real streams, real environment; the only place that decides how the process ends. */
export async function main(): Promise<void> {
  const stop = new AbortController()
  const serving = process.argv[2] === 'serve'
  // The server stops by itself, in its own way. A second Ctrl-C ends any other command at once.
  if (!serving) process.once('SIGINT', () => stop.abort(new Error('interrupted')))
  const { stdout, stderr, stdin, env } = process
  // A reader that has enough, such as head, is no fault; there is nobody left to tell.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(TROUBLE)
  })
  process.exitCode = await runCli(process.argv.slice(2), { stdout, stderr, stdin, env, signal: stop.signal })
}
