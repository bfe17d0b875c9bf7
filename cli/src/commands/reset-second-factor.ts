import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay user reset-second-factor` */
export function resetSecondFactorCommand(context: Context): Command {
  return new Command('reset-second-factor')
    .description('take the second factor away from a user who lost it')
    .argument('<email>', 'e-mail address', notBlank)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .action(async (email: string, { account }: { account?: number }) => {
      const wanted = { email, ...(account === undefined ? {} : { accountId: account }) }
      const user = await withAdmin(context, (admin) => admin.resetSecondFactor(wanted))
      say(context, `User ${user.email} signs in with the password alone.`)
    })
}
