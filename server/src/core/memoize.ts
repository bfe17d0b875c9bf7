/** A function that makes what belongs to a key at its first call and answers it from then on; for keys that are few. */
export function memoize<K, V extends object>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    let value = made.get(key)
    if (value === undefined) {
      value = make(key)
      made.set(key, value)
    }
    return value
  }
}
