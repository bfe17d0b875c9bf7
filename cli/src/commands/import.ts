import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { printJson, printLine, say, sayMissing } from '../print.ts'
import { withMaintenance } from '../server-admin.ts'

interface Options {
  name?: string
  account?: number
  json?: boolean
}

/** `assay import` */
export function importCommand(context: Context): Command {
  return new Command('import')
    .description('make a project from an export, while the server serves')
    .argument('<file>', 'what "assay export" wrote')
    .option('--name <name>', 'call the project so instead', notBlank)
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The project is a new one: its ids are new, its display-ids as they were. Users are found by their e-mail, and made where
the account has none. Webhooks come switched off, with secrets of their own.`,
    )
    .action(async (file: string, { name, account, json }: Options) => {
      const made = await withMaintenance(context, (maintenance) =>
        maintenance.importProject({
          path: file,
          ...(name === undefined ? {} : { name }),
          ...(account === undefined ? {} : { accountId: account }),
        }),
      )
      if (made.missing.length > 0) context.setExitCode(1)
      if (json) return printJson(context, made)
      say(context, `Project ${made.id} "${made.name}": ${made.rows} rows and ${made.files} files.`)
      if (made.createdUsers.length > 0) say(context, `New users, without tokens: ${made.createdUsers.join(', ')}`)
      if (made.webhooksOff.length > 0) say(context, `Webhooks to switch on: ${made.webhooksOff.join(', ')}`)
      sayMissing(context, made.missing)
      printLine(context.stdout, String(made.id))
    })
}
