import { Command } from 'commander'
import type { Context } from '../context.ts'
import { printJson, printLine, printText, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay init` */
export function initCommand(context: Context): Command {
  return new Command('init')
    .description('prepare the database: account, owner, first project and a token')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nSafe to repeat: what exists stays. The token goes to standard output, once, when it is made.',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const made = await withAdmin(context, (admin) => admin.init())
      if (json) return printJson(context, made)
      say(context, made.created ? 'Database prepared.' : 'The database was prepared before; nothing changed.')
      say(context, `Address  ${made.baseUrl}`)
      say(context, `Account  ${made.accountId}, owner ${made.ownerEmail}`)
      if (made.projectId !== null) say(context, `Project  ${made.projectId}`)
      if (made.welcome !== null) say(context, `Welcome  ${made.welcome} (sets the password of the owner, once)`)
      if (made.token === null) return
      const settings = `\nexport ASSAY_URL=${made.baseUrl}\nexport ASSAY_TOKEN=<the token below; it is not shown again>\n\n`
      printText(context.stderr, settings)
      printLine(context.stdout, made.token)
    })
}
