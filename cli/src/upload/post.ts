import http from 'node:http'
import https from 'node:https'
import { pipeline, type Readable } from 'node:stream'

export interface Posted {
  status: number
  headers: Headers
  text: string
}

/** No answer of ours is longer. */
const LONGEST_ANSWER = 64 * 1024 * 1024

/** An address that a packet is sent to now and then while nothing is said: a peer that is gone is found out. */
const KEEP_ALIVE = 15_000

/**
 * Sends one POST whose body is a stream, and answers what came back, also when that came before the body was sent to its
 * end. Unlike fetch it waits for the answer as long as it takes: storing a large import is long work.
 */
export function post(
  address: string,
  o: { headers: Record<string, string>; body: Readable; signal: AbortSignal; onSent: () => void },
): Promise<Posted> {
  const { request } = address.startsWith('https:') ? https : http
  return new Promise((resolve, reject) => {
    const sending = request(address, { method: 'POST', headers: o.headers, signal: o.signal, agent: false })
    let answered = false
    sending.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE))
    sending.on('error', (error) => {
      if (!answered) reject(error)
    })
    sending.on('response', (response) => {
      answered = true
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > LONGEST_ANSWER) response.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('aborted', () => reject(new Error('the connection was cut in the middle of the answer')))
      response.on('end', () => {
        o.body.destroy()
        sending.destroy()
        const headers = new Headers()
        for (const [name, value] of Object.entries(response.headers)) {
          if (value !== undefined) headers.set(name, String(value))
        }
        resolve({ status: response.statusCode ?? 0, headers, text: Buffer.concat(chunks).toString() })
      })
    })
    pipeline(o.body, sending, (error) => {
      if (error === undefined || error === null) o.onSent()
      else if (!answered) reject(error)
    })
  })
}
