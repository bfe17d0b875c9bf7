// The program of the one file `assay.mjs`: what needs nothing but a network.
import './check-node.ts'
import { Command } from 'commander'
import { CliError } from './cli-error.ts'
import { uploadJunitCommand } from './commands/upload-junit.ts'
import type { Context } from './context.ts'
import { OPERATOR_COMMANDS } from './operator-commands.ts'
import { createProgram, group, runProcess } from './run-program.ts'

const HELP = `
Exit codes:
  0  everything was stored and nothing failed
  1  everything was stored and there are failing tests
  2  anything else: wrong command line, no connection, something not stored

This file uploads, over the network (ASSAY_URL, ASSAY_TOKEN). Commands for operators (${OPERATOR_COMMANDS.join(', ')})
work on the server's own database: run "npx assay <command>" in the folder where Assay is installed.`

/** In the place of a command for operators: says where it is. */
function elsewhere(name: string): Command {
  return new Command(name)
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(() => {
      throw new CliError(
        `"${name}" works on the server's own database: run "npx assay ${name}" in the folder where Assay is installed`,
      )
    })
}

function buildProgram(context: Context): Command {
  const program = createProgram('Assay: upload test results to a server', HELP, [
    group('upload', 'upload test results', [uploadJunitCommand(context)]),
  ])
  for (const name of OPERATOR_COMMANDS) program.addCommand(elsewhere(name), { hidden: true })
  return program
}

void runProcess(buildProgram)
