// The program of the one file `assay.mjs`: what needs nothing but a network.
import './check-node.ts'
import { Command } from 'commander'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { onlineCommands } from './online-commands.ts'
import { OPERATOR_COMMANDS } from './operator-commands.ts'
import { createProgram, runProcess } from './run-program.ts'

const HELP = `
Exit codes:
  0  done; upload: everything was stored and nothing failed; gate: passed
  1  upload: everything was stored and there are failing tests; gate: failed
  2  anything else: wrong command line, no connection, something not stored, no verdict

This file works over the network (ASSAY_URL, ASSAY_TOKEN). Commands for operators (${OPERATOR_COMMANDS.join(', ')})
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
  const program = createProgram('Assay: upload test results to a server', HELP, onlineCommands(context))
  for (const name of OPERATOR_COMMANDS) program.addCommand(elsewhere(name), { hidden: true })
  return program
}

void runProcess(buildProgram)
