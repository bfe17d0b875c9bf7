import { Command } from 'commander'
import type { Context } from '../context.ts'
import { say, sayMissing } from '../print.ts'
import { withMaintenance } from '../server-admin.ts'

/** `assay backup` */
export function backupCommand(context: Context): Command {
  return new Command('backup')
    .description('write everything that the server holds into one file, while it serves')
    .argument('<file>', 'a new file; compressed when its name ends with .gz')
    .addHelpText(
      'after',
      `
Rows as they were at one moment, of SQLite and PostgreSQL alike, then the files of attachments. The file holds hashes of
tokens, never tokens, but the secrets of webhooks: only its owner may read it. "assay restore" reads it into either
database.`,
    )
    .action(async (file: string) => {
      const { rows, files, missing } = await withMaintenance(context, (maintenance) => maintenance.backUp(file))
      say(context, `${file}: ${rows} rows and ${files} files.`)
      sayMissing(context, missing)
      if (missing.length > 0) context.setExitCode(1)
    })
}
