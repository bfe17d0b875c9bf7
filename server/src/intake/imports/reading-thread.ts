import { enableCompileCache } from 'node:module'
import { type MessagePort, parentPort } from 'node:worker_threads'

enableCompileCache()
const { readHere } = await import('./read-cases.ts')

import type { Reading, Wanted } from './read-cases.ts'
import type { Findings } from './read-report.ts'

/** Begins a reading, asks for more of it, or ends it. */
export type ToThread = { id: number } & ({ what: keyof Wanted; reading: Reading } | { next: true } | { stop: true })

/** Cases as JSON, which is quicker to copy than objects; or what was found out besides, at the end. */
export type FromThread = { id: number } & ({ cases: string } | { findings: Findings } | { error: string })

/** Batches of cases that are read before somebody has asked for them: those of a quarter of a megabyte of text. */
const AHEAD = 16

interface Going {
  asked: number
  isStopped: boolean
  wake(): void
}

const port = parentPort as MessagePort
const going = new Map<number, Going>()

async function readAll(id: number, what: keyof Wanted, reading: Reading): Promise<void> {
  const state: Going = { asked: AHEAD, isStopped: false, wake: () => {} }
  going.set(id, state)
  const tell = (message: FromThread) => port.postMessage(message)
  try {
    for await (const some of readHere(what, reading)) {
      while (state.asked === 0 && !state.isStopped) {
        await new Promise<void>((resolve) => {
          state.wake = resolve
        })
      }
      if (state.isStopped) return
      state.asked--
      tell({ id, cases: JSON.stringify(some) })
    }
    tell({ id, findings: reading.findings })
  } catch (error) {
    tell({ id, error: (error as Error).message })
  } finally {
    going.delete(id)
  }
}

port.on('message', (message: ToThread) => {
  if ('what' in message) {
    void readAll(message.id, message.what, message.reading)
    return
  }
  const state = going.get(message.id)
  if (state === undefined) return
  if ('stop' in message) state.isStopped = true
  else state.asked++
  state.wake()
})
