/**
 * A function that makes what belongs to a key at its first call and answers it from then on. What belongs to an object
 * is forgotten with the object; other keys must be few. A promise that is rejected is made anew at the next call.
 *
 * @example
 * const settings = memoize(() => readFile('settings.json', 'utf8'))
 */
export function memoize<V extends object | string | number, K = void>(make: (key: K) => V): (key: K) => V {
  const ofObjects = new WeakMap<object, V>()
  const ofOthers = new Map<K, V>()
  return (key) => {
    const made = (typeof key === 'object' && key !== null ? ofObjects : ofOthers) as Map<K, V>
    const known = made.get(key)
    if (known !== undefined) return known
    const value = make(key)
    made.set(key, value)
    if (value instanceof Promise) value.catch(() => made.delete(key))
    return value
  }
}
