import { Command } from 'commander'
import type { Context } from '../context.ts'
import { say, sayMissing } from '../print.ts'
import { withMaintenance } from '../server-admin.ts'

/** `assay restore` */
export function restoreCommand(context: Context): Command {
  return new Command('restore')
    .description('fill an empty database, and the folder of attachments, from a backup')
    .argument('<file>', 'what "assay backup" wrote, on SQLite or PostgreSQL, with this version or an older one')
    .addHelpText(
      'after',
      `
A database that holds anything is refused: name a new folder in ASSAY_DATA_DIR, or an empty database in DATABASE_URL.
Everything keeps its id, tokens go on working, and webhooks are delivered what waited for them.`,
    )
    .action(async (file: string) => {
      const { rows, files, missing } = await withMaintenance(context, (maintenance) => maintenance.restore(file))
      say(context, `Restored ${rows} rows and ${files} files.`)
      sayMissing(context, missing)
      if (missing.length > 0) context.setExitCode(1)
    })
}
