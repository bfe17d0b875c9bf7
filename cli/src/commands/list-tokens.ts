import { Command } from 'commander'
import type { Context } from '../context.ts'
import { positiveInteger } from '../option-values.ts'
import { printJson, printTable } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay token list` */
export function listTokensCommand(context: Context): Command {
  return new Command('list')
    .description('list tokens; their secrets are not stored and cannot be shown')
    .option('--account <id>', 'needed only when there are several accounts', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async ({ account, json }: { account?: number; json?: boolean }) => {
      const filter = account === undefined ? {} : { accountId: account }
      const tokens = await withAdmin(context, (admin) => admin.listTokens(filter))
      if (json) return printJson(context, tokens)
      const rows = tokens.map((t) => [t.id, t.kind, t.name, t.user, t.enabled, t.lastUsedAt, t.createdAt])
      printTable(context, ['ID', 'KIND', 'NAME', 'USER', 'ENABLED', 'LAST USED', 'CREATED'], rows)
    })
}
