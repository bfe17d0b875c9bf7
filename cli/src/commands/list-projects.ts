import { Command } from 'commander'
import type { Context } from '../context.ts'
import { positiveInteger } from '../option-values.ts'
import { printJson, printTable } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay project list` */
export function listProjectsCommand(context: Context): Command {
  return new Command('list')
    .description('list projects')
    .option('--account <id>', 'only those of one account', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async ({ account, json }: { account?: number; json?: boolean }) => {
      const filter = account === undefined ? {} : { accountId: account }
      const projects = await withAdmin(context, (admin) => admin.listProjects(filter))
      if (json) return printJson(context, projects)
      const rows = projects.map(({ id, accountId, name, createdAt }) => [id, accountId, name, createdAt])
      printTable(context, ['ID', 'ACCOUNT', 'NAME', 'CREATED'], rows)
    })
}
