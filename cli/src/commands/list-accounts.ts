import { Command } from 'commander'
import type { Context } from '../context.ts'
import { printJson, printTable } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay account list` */
export function listAccountsCommand(context: Context): Command {
  return new Command('list')
    .description('list the accounts of this server')
    .option('--json', 'print the result as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const accounts = await withAdmin(context, (admin) => admin.listAccounts())
      if (json) return printJson(context, accounts)
      const rows = accounts.map(({ id, name, users, projects, createdAt }) => [id, name, users, projects, createdAt])
      printTable(context, ['ID', 'NAME', 'USERS', 'PROJECTS', 'CREATED'], rows)
    })
}
