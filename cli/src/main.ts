import type { Command } from 'commander'
import { backupCommand } from './commands/backup.ts'
import { createAccountCommand } from './commands/create-account.ts'
import { createProjectCommand } from './commands/create-project.ts'
import { createTokenCommand } from './commands/create-token.ts'
import { createUserCommand } from './commands/create-user.ts'
import { distributeTablesCommand } from './commands/distribute-tables.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { inviteUserCommand } from './commands/invite-user.ts'
import { listAccountsCommand } from './commands/list-accounts.ts'
import { listProjectsCommand } from './commands/list-projects.ts'
import { listTokensCommand } from './commands/list-tokens.ts'
import { resetSecondFactorCommand } from './commands/reset-second-factor.ts'
import { restoreCommand } from './commands/restore.ts'
import { revokeTokenCommand } from './commands/revoke-token.ts'
import { serveCommand } from './commands/serve.ts'
import { disableUserCommand, enableUserCommand } from './commands/set-user-active.ts'
import { welcomeUserCommand } from './commands/welcome-user.ts'
import type { Context } from './context.ts'
import { onlineCommands } from './online-commands.ts'
import { createProgram, group, runProcess, runProgram } from './run-program.ts'

const HELP = `
Exit codes:
  0  done; upload: everything was stored and nothing failed; gate: passed
  1  upload: everything was stored and there are failing tests; gate: failed; doctor: something is wrong and was not
     repaired; backup, restore, export, import: done, but files of attachments were missing
  2  anything else: wrong command line, no connection, something not done or not stored, no verdict

upload, gate, quarantine, builds and failures work over the network (ASSAY_URL, ASSAY_TOKEN), all other commands on the
server's own database (ASSAY_DATA_DIR or DATABASE_URL).`

function buildProgram(context: Context): Command {
  return createProgram('Assay: test management on your own server', HELP, [
    serveCommand(context),
    initCommand(context),
    group('account', 'accounts of this server', [createAccountCommand(context), listAccountsCommand(context)]),
    group('token', 'tokens for the API', [
      createTokenCommand(context),
      listTokensCommand(context),
      revokeTokenCommand(context),
    ]),
    group('project', 'projects', [createProjectCommand(context), listProjectsCommand(context)]),
    group('user', 'users', [
      createUserCommand(context),
      inviteUserCommand(context),
      welcomeUserCommand(context),
      disableUserCommand(context),
      enableUserCommand(context),
      resetSecondFactorCommand(context),
    ]),
    backupCommand(context),
    restoreCommand(context),
    exportCommand(context),
    importCommand(context),
    doctorCommand(context),
    group('db', 'the database itself', [distributeTablesCommand(context)]),
    ...onlineCommands(context),
  ])
}

/** Runs one command line and returns the exit code. */
export const runCli = (argv: string[], context: Omit<Context, 'setExitCode'>): Promise<number> =>
  runProgram(argv, context, buildProgram)

/** Entry of the process. */
export const main = (): Promise<void> => runProcess(buildProgram)
