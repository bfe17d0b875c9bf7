/** A problem that a message explains fully: printed without a stack, exit code 2. */
export class CliError extends Error {
  override readonly name = 'CliError'
}
