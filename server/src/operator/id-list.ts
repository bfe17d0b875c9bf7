/** Many ids in little memory: eight bytes each, however many there are. */
export interface IdList {
  add(id: number): void
  /** The ids, each once, ascending. */
  sorted(): Float64Array
  /** The place of an id among the sorted ones, or -1. */
  indexOf(id: number): number
}

export function createIdList(): IdList {
  let ids = new Float64Array(64)
  let length = 0
  let isSorted = true

  function sort(): void {
    if (isSorted) return
    const all = ids.subarray(0, length).sort()
    let kept = 0
    for (const id of all) if (kept === 0 || id !== all[kept - 1]) all[kept++] = id
    length = kept
    isSorted = true
  }

  return {
    add(id) {
      const last = length === 0 ? -1 : (ids[length - 1] as number)
      if (id === last) return
      if (length === ids.length) {
        sort()
        // References repeat ids: room is made only where sorting found none.
        if (length > ids.length / 2) {
          const larger = new Float64Array(ids.length * 2)
          larger.set(ids)
          ids = larger
        }
      }
      if (length > 0 && id < (ids[length - 1] as number)) isSorted = false
      ids[length++] = id
    },
    sorted() {
      sort()
      return ids.subarray(0, length)
    },
    indexOf(id) {
      sort()
      let [low, high] = [0, length - 1]
      while (low <= high) {
        const middle = (low + high) >> 1
        const found = ids[middle] as number
        if (found === id) return middle
        if (found < id) low = middle + 1
        else high = middle - 1
      }
      return -1
    },
  }
}
