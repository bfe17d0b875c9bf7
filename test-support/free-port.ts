import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections, which would take one between the look and its use. */
const FIRST = 12_000
const COUNT = 20_000

/** Where this process begins to look; each of those that run beside it has a place of its own, mostly. */
let next = Math.floor(Math.random() * COUNT)

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** A port that was free a moment ago, and that this process was not told of before. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + (next++ % COUNT)
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}
