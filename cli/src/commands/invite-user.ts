import { Command } from 'commander'
import type { Context } from '../context.ts'
import { commaList, notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

interface Options {
  account?: number
  displayName?: string
  project?: string
  groups?: string[]
  json?: boolean
}

/** `assay user invite` */
export function inviteUserCommand(context: Context): Command {
  return new Command('invite')
    .description('create a user and a link to set a password; the link goes to standard output, and by mail')
    .argument('<email>', 'e-mail address, unique in the account', notBlank)
    .option('--display-name <name>', 'default: the e-mail address')
    .option('--project <id|name>', 'make the user a member of this project', notBlank)
    .option('--groups <names>', 'groups in that project, with commas between (default: Testers)', commaList)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nThe link works once, for 7 days. Mail is sent where ASSAY_SMTP_URL is set.')
    .action(async (email: string, { account, json, ...rest }: Options) => {
      const where = account === undefined ? {} : { accountId: account }
      const made = await withAdmin(context, async (admin) => {
        await admin.createUser({ email, ...rest, ...where })
        return admin.welcomeUser({ email, mail: true, ...where })
      })
      if (json) return printJson(context, made)
      say(context, `User ${made.email} created with the id ${made.id}${made.mailed ? ', and the link mailed' : ''}:`)
      printLine(context.stdout, made.url)
    })
}
