import { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { positiveInteger } from '../option-values.ts'
import { printJson, say } from '../print.ts'
import { withAdmin } from '../server-admin.ts'

/** `assay token revoke` */
export function revokeTokenCommand(context: Context): Command {
  return new Command('revoke')
    .description('make a token useless, for good')
    .argument('<id>', 'id of the token, from "assay token list"', positiveInteger)
    .option('--json', 'print the result as JSON')
    .action(async (id: number, { json }: { json?: boolean }) => {
      const revoked = await withAdmin(context, (admin) => admin.revokeToken({ id }))
      if (!revoked) throw new CliError(`There is no token ${id}`)
      if (json) return printJson(context, { id, revoked })
      say(context, `Token ${id} is revoked.`)
    })
}
