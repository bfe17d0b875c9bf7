import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

function activeCommand(
  context: Context,
  { name, about, done }: { name: string; about: string; done: string },
): Command {
  return new Command(name)
    .description(about)
    .argument('<email>', 'e-mail address', notBlank)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .action(async (email: string, { account }: { account?: number }) => {
      const wanted = { email, active: name === 'enable', ...(account === undefined ? {} : { accountId: account }) }
      const user = await withAdmin(context, (admin) => admin.setUserActive(wanted))
      say(context, `User ${user.email} ${done}.`)
    })
}

/** `assay user disable` */
export const disableUserCommand = (context: Context): Command =>
  activeCommand(context, {
    name: 'disable',
    about: 'put a user out: sessions end, and neither password nor personal token works',
    done: 'is put out',
  })

/** `assay user enable` */
export const enableUserCommand = (context: Context): Command =>
  activeCommand(context, {
    name: 'enable',
    about: 'let a user in again who was put out',
    done: 'may sign in again',
  })
