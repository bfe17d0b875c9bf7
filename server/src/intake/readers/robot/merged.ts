export interface EarlierAttempt {
  word: string
  message: string
}

/** Longer messages are no tables of attempts. */
const LONGEST = 1_000_000

/** Text without tags, character references of HTML resolved. */
function plain(html: string): string {
  return html
    .replace(/<[^<>]*>/g, '')
    .replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name] ?? '',
    )
    .trim()
}

/**
 * The attempts that `rebot --merge` writes into the message of a test that was run again: oldest first, and the message
 * of the last one. It writes HTML: `Test has been re-executed and results merged.`, then blocks between `<hr>`, the
 * newest first, each with a status and perhaps a message.
 */
export function mergedAttempts(message: string): { earlier: EarlierAttempt[]; last: string } {
  if (!message.startsWith('*HTML*') || message.length > LONGEST || !message.includes('re-executed')) {
    return { earlier: [], last: message }
  }
  const blocks = message.slice('*HTML*'.length).split(/<hr ?\/?>/)
  const attempts = blocks.flatMap((block) => {
    const text = plain(block.replace(/<br ?\/?>/g, '\n'))
    const status = /^(?:new|old) status: *(\w{1,20})/i.exec(text)?.[1]
    if (status === undefined) return []
    const at = text.search(/^(?:new|old) message:/im)
    return [{ word: status, message: at === -1 ? '' : text.slice(text.indexOf(':', at) + 1).trim() }]
  })
  if (attempts.length < 2) return { earlier: [], last: message }
  return { earlier: attempts.slice(1).reverse(), last: attempts[0]?.message ?? '' }
}
