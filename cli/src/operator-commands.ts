/** Names of the commands that work on the server's own database; they need the server's code beside them. */
export const OPERATOR_COMMANDS = [
  'serve',
  'init',
  'account',
  'token',
  'project',
  'user',
  'backup',
  'restore',
  'export',
  'import',
  'doctor',
  'db',
] as const
