export async function measureDirectus(_: object): Promise<never> {
  throw new Error('soon')
}
