import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay user welcome` */
export function welcomeUserCommand(context: Context): Command {
  return new Command('welcome')
    .description('print a link by which a user sets a password, also one who forgot theirs')
    .argument('<email>', 'e-mail address', notBlank)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nThe link works once, for 7 days. It begins with ASSAY_BASE_URL, or with HOST and PORT.')
    .action(async (email: string, { account, json }: { account?: number; json?: boolean }) => {
      const wanted = { email, ...(account === undefined ? {} : { accountId: account }) }
      const made = await withAdmin(context, (admin) => admin.welcomeUser(wanted))
      if (json) return printJson(context, made)
      say(context, `For ${made.email}, once, until ${made.expiresAt}:`)
      printLine(context.stdout, made.url)
    })
}
