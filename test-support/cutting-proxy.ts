import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy in front of a server that cuts connections, as a bad network does. */
export interface CuttingProxy {
  url: string
  /** How many connections were cut so far. */
  cuts(): number
  close(): Promise<void>
}

/** Bytes of one piece. */
export const PIECE = 512

/**
 * Passes on what comes, in pieces, to the server at a port of this machine. Connections that send what `isCut` names are
 * cut, the first one after as many pieces as `after` says first, and so on; those that come when `after` is used up pass.
 * A request of fewer pieces passes whole, and its answer is what is cut.
 */
export async function startCuttingProxy(
  port: number,
  { after, isCut }: { after: readonly number[]; isCut: RegExp },
): Promise<CuttingProxy> {
  const left = [...after]
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    let pieces: number | undefined
    let isFirst = true
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    const cut = () => {
      cuts++
      end()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        open.delete(socket)
        end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      if (isFirst && isCut.test(chunk.subarray(0, 1000).toString('latin1'))) pieces = left.shift()
      isFirst = false
      for (let at = 0; at < chunk.length; at += PIECE) {
        if (client.destroyed) return
        upstream.write(chunk.subarray(at, at + PIECE))
        // What was passed on before goes out, then nothing any more.
        if (pieces !== undefined && --pieces === 0) return void upstream.write('', cut)
      }
    })
    upstream.on('data', (chunk: Buffer) => {
      if (pieces !== undefined) cut()
      else client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
