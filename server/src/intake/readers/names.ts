/** The last part of a path, of either kind of system. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** A name without the class in front of it: `Shop.CartTests.Price(1)` of `Shop.CartTests` is `Price(1)`. */
export function withoutClass(name: string, className: string | undefined): string {
  if (!className) return name
  const prefix = `${className}.`
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name
}
