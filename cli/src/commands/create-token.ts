import { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

interface Options {
  account?: number
  name?: string
  user?: string
  impersonation?: boolean
  json?: boolean
}

/** `assay token create` */
export function createTokenCommand(context: Context): Command {
  return new Command('create')
    .description('create a token of the account, or with --user the personal token of a user')
    .option('--name <name>', 'what the token is for', notBlank)
    .option('--user <email>', 'make the personal token of this user; an older one stops working', notBlank)
    .option('--impersonation', 'let the personal token record other users as author or tester')
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nThe token goes to standard output and is never shown again.')
    .action(async ({ account, name, user, impersonation, json }: Options) => {
      if (impersonation && user === undefined) throw new CliError('--impersonation needs --user')
      const made = await withAdmin(context, (admin) =>
        admin.createToken({
          ...(account === undefined ? {} : { accountId: account }),
          ...(name === undefined ? {} : { name }),
          ...(user === undefined ? {} : { userEmail: user }),
          ...(impersonation ? { impersonation } : {}),
        }),
      )
      if (json) return printJson(context, made)
      say(context, `Token ${made.id} "${made.name}" (${made.kind}). Keep it: it is not shown again.`)
      printLine(context.stdout, made.token)
    })
}
