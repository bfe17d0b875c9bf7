import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay account create` */
export function createAccountCommand(context: Context): Command {
  return new Command('create')
    .description('create an account with its owner and a token')
    .argument('<name>', 'name of the account', notBlank)
    .requiredOption('--owner <email>', 'e-mail address of the owner', notBlank)
    .option('--json', 'print the result as JSON')
    .action(async (name: string, { owner, json }: { owner: string; json?: boolean }) => {
      const made = await withAdmin(context, (admin) => admin.createAccount({ name, ownerEmail: owner }))
      if (json) return printJson(context, made)
      say(context, `Account ${made.id} "${made.name}", owner ${owner}. Its token, which is not shown again:`)
      printLine(context.stdout, made.token)
    })
}
