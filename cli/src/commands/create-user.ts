import { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { commaList, notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

interface Options {
  account?: number
  displayName?: string
  firstName?: string
  lastName?: string
  project?: string
  groups?: string[]
  json?: boolean
}

/** `assay user create` */
export function createUserCommand(context: Context): Command {
  return new Command('create')
    .description('create a user; the id goes to standard output')
    .argument('<email>', 'e-mail address, unique in the account', notBlank)
    .option('--display-name <name>', 'default: the e-mail address')
    .option('--first-name <name>')
    .option('--last-name <name>')
    .option('--project <id|name>', 'make the user a member of this project', notBlank)
    .option('--groups <names>', 'groups in that project, with commas between (default: Testers)', commaList)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async (email: string, { account, json, ...rest }: Options) => {
      if (rest.groups !== undefined && rest.project === undefined) throw new CliError('--groups needs --project')
      const wanted = { email, ...rest, ...(account === undefined ? {} : { accountId: account }) }
      const made = await withAdmin(context, (admin) => admin.createUser(wanted))
      if (json) return printJson(context, made)
      say(context, `User ${made.email} created with the id`)
      printLine(context.stdout, String(made.id))
    })
}
