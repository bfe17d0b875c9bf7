import type { Writable } from 'node:stream'
import { printLine } from '../print.ts'

/** What a bar counts. */
export type Counted = 'bytes sent' | 'cases stored'

export interface ProgressBar {
  /** Whether anybody sees it. */
  isLive: boolean
  update: (done: number, total: number, counted: Counted) => void
  /** Prints a line above the bar. */
  note: (text: string) => void
  /** Removes the bar. */
  clear: () => void
}

const MIB = 1024 * 1024

const figure = (n: number, counted: Counted) =>
  counted === 'bytes sent' ? `${(n / MIB).toFixed(1)} MiB` : n.toLocaleString('en-US')

/** The text of the bar: share, figures and speed. */
export function renderBar(
  done: number,
  total: number,
  { seconds, counted, width = 30 }: { seconds: number; counted: Counted; width?: number },
): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * width)
  const speed = seconds > 0 ? ` ${figure(Math.round(done / seconds), counted)}/s` : ''
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)}%`
  return `${bar} ${counted}: ${figure(done, counted)} of ${figure(total, counted)}${speed}`
}

/** A progress bar on a terminal; nothing but the notes elsewhere. */
export function createProgressBar(stream: Writable & { isTTY?: boolean }, now: () => number = Date.now): ProgressBar {
  const live = stream.isTTY === true
  let start = now()
  let phase: Counted | undefined
  let last = 0
  let shown = ''

  const clear = () => {
    if (live && shown !== '') stream.write('\r\u001b[2K')
    shown = ''
  }
  const update = (done: number, total: number, counted: Counted) => {
    if (!live || (done < total && now() - last < 100)) return
    last = now()
    if (phase !== counted) start = last
    phase = counted
    clear()
    shown = renderBar(done, total, { seconds: (last - start) / 1000, counted })
    stream.write(shown)
  }
  const note = (text: string) => {
    const bar = shown
    clear()
    printLine(stream, text)
    if (bar !== '') {
      shown = bar
      stream.write(bar)
    }
  }
  return { isLive: live, update, note, clear }
}
