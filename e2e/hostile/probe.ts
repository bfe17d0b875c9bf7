import { readFileSync, writeFileSync } from 'node:fs'

// Loaded into the server under test, beside its own program: tells its parent what work cost. Time is that of the
// processor on the thread that serves, so that a busy machine makes nothing look slow.

/** What a request cost the server. */
export interface Cost {
  /** Processor time of the whole process, in milliseconds. */
  cpu: number
  /** The longest stretch that the event loop was held for, in milliseconds of processor time. */
  stall: number
  /** The largest amount of memory above that at the beginning, in bytes. */
  memory: number
  /** What JavaScript holds once the garbage is collected, in bytes: the heap's pages, and buffers beside it. */
  held: number
  /** What the system counts for the process then; its allocator keeps some to use again. */
  rss: number
}

const status = (name: string): number => {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  return Number(line?.split(/\s+/)[1] ?? 0) * 1024
}

let stall = 0
let cpu = process.cpuUsage()
let base = 0
let turn = process.threadCpuUsage()

/** One look a turn of the event loop: what the thread worked since the last one is what others waited for. */
function look(): void {
  const { user, system } = process.threadCpuUsage(turn)
  stall = Math.max(stall, (user + system) / 1000)
  turn = process.threadCpuUsage()
  setTimeout(look, 1)
}
look()

process.on('message', (message) => {
  if (message === 'begin') {
    globalThis.gc?.()
    // From here on VmHWM is the peak of what comes.
    writeFileSync('/proc/self/clear_refs', '5')
    base = status('VmRSS')
    cpu = process.cpuUsage()
    stall = 0
    turn = process.threadCpuUsage()
    process.send?.('begun')
  } else if (message === 'end') {
    const { user, system } = process.cpuUsage(cpu)
    const peak = status('VmHWM')
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapTotal, external } = process.memoryUsage()
    const held = heapTotal + external
    const cost: Cost = { cpu: (user + system) / 1000, stall, memory: peak - base, held, rss: status('VmRSS') }
    process.send?.(cost)
  } else if (message === 'yardstick') {
    process.send?.(yardstick())
  }
})
process.channel?.unref()

/** Processor time of a fixed piece of work, in milliseconds: how fast this machine is. */
function yardstick(): number {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => ({ name: `test ${n}`, n })))
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < 5; n++) {
    const from = process.threadCpuUsage()
    for (let m = 0; m < 4; m++) JSON.parse(text)
    const { user, system } = process.threadCpuUsage(from)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}
