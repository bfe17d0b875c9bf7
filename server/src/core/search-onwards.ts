/**
 * Where `needle` is next, asked with positions that only grow: no part of the text is searched twice, however often
 * there is none. The length of the text stands for nowhere.
 */
export function searchOnwards(text: string, needle: string): (from: number) => number {
  let found = -1
  return (from) => {
    if (found < from) {
      found = text.indexOf(needle, from)
      if (found === -1) found = text.length
    }
    return found
  }
}
