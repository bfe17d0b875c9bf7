import { Command } from 'commander'
import type { Context } from '../context.ts'
import { runServer } from '../server-admin.ts'

/** `assay serve` */
export function serveCommand(context: Context): Command {
  return new Command('serve')
    .description('run the server until it is told to stop (SIGTERM, Ctrl-C)')
    .action(() => runServer(context))
}
