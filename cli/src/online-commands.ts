import type { Command } from 'commander'
import { buildsCommand } from './commands/builds.ts'
import { failuresCommand } from './commands/failures.ts'
import { gateCommand } from './commands/gate.ts'
import { quarantineNamesCommand } from './commands/quarantine-names.ts'
import { uploadCommand } from './commands/upload.ts'
import type { Context } from './context.ts'
import { group } from './run-program.ts'

/** The commands that need nothing but a network: those of the one file. */
export const onlineCommands = (context: Context): Command[] => [
  uploadCommand(context),
  gateCommand(context),
  group('quarantine', 'tests that are in quarantine', [quarantineNamesCommand(context)]),
  buildsCommand(context),
  failuresCommand(context),
]
