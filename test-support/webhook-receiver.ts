import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, key by key
type Json = any

export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  text: string
  body: Json
}

export interface Receiver {
  url: string
  received: Received[]
  /** What the next requests are answered with; a function answers, or does not, itself. */
  answer: number | ((response: ServerResponse, request: Received) => void)
  close(): Promise<void>
}

/** A server on this machine that keeps every request it gets. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const { method = '', url = '', headers } = request
      const got = { method, path: url, headers, text, body: text === '' ? undefined : JSON.parse(text) }
      receiver.received.push(got)
      if (typeof receiver.answer === 'number') response.writeHead(receiver.answer).end('{"private":"answer"}')
      else receiver.answer(response, got)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer: 200,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
