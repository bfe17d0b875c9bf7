import { Command } from 'commander'
import type { Context } from '../context.ts'
import { notBlank, positiveInteger } from '../option-values.ts'
import { say, sayMissing } from '../print.ts'
import { withMaintenance } from '../server-admin.ts'

interface Options {
  project: string
  output?: string
  account?: number
}

/** `assay export` */
export function exportCommand(context: Context): Command {
  return new Command('export')
    .description('write a project, with its history and attachments, as JSON Lines')
    .requiredOption('--project <id|name>', 'the project to export', notBlank)
    .option(
      '--output <file>',
      'a new file instead of standard output; compressed when its name ends with .gz',
      notBlank,
    )
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .addHelpText(
      'after',
      `
Users are in it with name and e-mail, tokens and the secrets of webhooks are not. "assay import" reads it.`,
    )
    .action(async ({ project, output, account }: Options) => {
      const { rows, files, missing } = await withMaintenance(context, (maintenance) =>
        maintenance.exportProject({
          project,
          to: output ?? context.stdout,
          ...(account === undefined ? {} : { accountId: account }),
        }),
      )
      say(context, `Exported ${rows} rows and ${files} files.`)
      sayMissing(context, missing)
      if (missing.length > 0) context.setExitCode(1)
    })
}
