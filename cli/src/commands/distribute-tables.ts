import { Command } from 'commander'
import type { Context } from '../context.ts'
import { printLine, say } from '../print.ts'
import { distributeTables } from '../server-admin.ts'

/** `assay db distribute` */
export function distributeTablesCommand(context: Context): Command {
  return new Command('distribute')
    .description('spread the tables over a Citus cluster, by project')
    .option('--dry-run', 'print the SQL and run nothing')
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      const statements = await distributeTables(context, { dryRun })
      for (const statement of statements) printLine(context.stdout, `${statement};`)
      if (dryRun) return
      say(context, statements.length === 0 ? 'Every table is spread already.' : `Spread ${statements.length} tables.`)
    })
}
