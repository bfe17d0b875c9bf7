import process from 'node:process'
import { AssayConnectionError, AssayError } from '@assay/sdk'
import { Command, CommanderError } from 'commander'
import described from '../package.json' with { type: 'json' }
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { printLine, printText } from './print.ts'

const TROUBLE = 2

type Outside = Omit<Context, 'setExitCode'>

/** Makes the program `assay` of its commands. */
export function createProgram(description: string, help: string, commands: Command[]): Command {
  const program = new Command('assay').description(description).addHelpText('after', help)
  // What follows a command is that command's: upload has a --version of its own.
  program.enablePositionalOptions()
  program.version(described.version, '-V, --version', 'print the version of this command line')
  for (const command of commands) program.addCommand(command)
  return program
}

/** A command that only holds others. */
export function group(name: string, description: string, commands: Command[]): Command {
  const parent = new Command(name).description(description)
  for (const command of commands) parent.addCommand(command)
  return parent
}

/** Throwing instead of exiting, and our streams, for the program and everything below it. */
function configure(command: Command, context: Outside): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => printText(context.stdout, text),
    writeErr: (text) => printText(context.stderr, text),
  })
  complainOfUnknownFirst(command)
  for (const child of command.commands) configure(child, context)
}

/** Commander would complain that a required option is missing before it names the mistyped one that is there instead. */
function complainOfUnknownFirst(command: Command): void {
  for (const option of command.options.filter(({ mandatory }) => mandatory)) {
    option.makeOptionMandatory(false)
    command.hook('preAction', () => {
      if (command.getOptionValue(option.attributeName()) !== undefined) return
      command.error(`error: required option '${option.flags}' not specified`)
    })
  }
}

/** Runs one command line of a program and returns the exit code. */
export async function runProgram(
  argv: string[],
  context: Outside,
  build: (context: Context) => Command,
): Promise<number> {
  let exitCode = 0
  const program = build({
    ...context,
    setExitCode: (code) => {
      exitCode = code
    },
  })
  configure(program, context)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its message already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : TROUBLE
    for (const line of explain(error, context)) printLine(context.stderr, line)
    return TROUBLE
  }
}

/** What went wrong. Lines are ours; line ends within what others said are no lines. */
function explain(error: unknown, { signal }: Outside): string[] {
  if (signal.aborted) return ['assay: interrupted']
  if (error instanceof CliError) {
    const [first = '', ...rest] = error.cause === undefined ? [error.message] : error.message.split('\n')
    return [`assay: ${first}`, ...rest]
  }
  if (error instanceof AssayConnectionError) return [`assay: ${error.message}`]
  if (error instanceof AssayError) {
    const id = error.requestId === null || error.status < 500 ? '' : ` (request ${error.requestId})`
    // What else it says, such as the other files that it does not know, each line by itself.
    const details = error.errors.flatMap(({ detail }) => detail?.split('\n') ?? [])
    return [`assay: the server refused: ${error.message}${id}`, ...details.map((line) => `  ${line}`)]
  }
  return `assay: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`.split('\n')
}

/** Runs a program as the process: real streams, real environment; the only place that decides how the process ends. */
export async function runProcess(build: (context: Context) => Command): Promise<void> {
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
  const outside = { stdout, stderr, stdin, env, signal: stop.signal }
  process.exitCode = await runProgram(process.argv.slice(2), outside, build)
}
