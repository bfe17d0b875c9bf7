import type { Writable } from 'node:stream'
import { printLine } from '../print.ts'

export interface ProgressBar {
  update: (done: number, total: number) => void
  /** Prints a line above the bar. */
  note: (text: string) => void
  /** Removes the bar. */
  clear: () => void
}

/** The text of the bar: share, figures and speed. */
export function renderBar(done: number, total: number, seconds: number, width = 30): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * width)
  const speed = seconds > 0 ? ` ${Math.round(done / seconds).toLocaleString('en-US')}/s` : ''
  const figures = `${done.toLocaleString('en-US')}/${total.toLocaleString('en-US')}`
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)}% ${figures}${speed}`
}

/** A progress bar on a terminal; nothing but the notes elsewhere. */
export function createProgressBar(stream: Writable & { isTTY?: boolean }, now: () => number = Date.now): ProgressBar {
  const start = now()
  const live = stream.isTTY === true
  let last = 0
  let shown = ''

  const clear = () => {
    if (live && shown !== '') stream.write('\r\u001b[2K')
    shown = ''
  }
  const update = (done: number, total: number) => {
    if (!live || (done < total && now() - last < 100)) return
    last = now()
    clear()
    shown = renderBar(done, total, (last - start) / 1000)
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
  return { update, note, clear }
}
