import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay project create` */
export function createProjectCommand(context: Context): Command {
  return new Command('create')
    .description('create a project; its id goes to standard output')
    .argument('<name>', 'name of the project, unique in the account', notBlank)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async (name: string, { account, json }: { account?: number; json?: boolean }) => {
      const wanted = account === undefined ? { name } : { name, accountId: account }
      const made = await withAdmin(context, (admin) => admin.createProject(wanted))
      if (json) return printJson(context, made)
      say(context, `Project "${made.name}" created with the id`)
      printLine(context.stdout, String(made.id))
    })
}
