import type { Json } from './server-process.ts'

/** Keys whose numbers are ids, apart from those that end with `id` or `ids`. */
const OF_IDS = new Set('via run failing-since users requirements tests issues milestones step-runs sets'.split(' '))
const NO_IDS = /(display|external|message)[-_]id$/
const isIdKey = (key: string) => (OF_IDS.has(key) || /(^|[-_])ids?$/.test(key)) && !NO_IDS.test(key)

/** Texts of a database that are JSON. */
const JSON_CELLS = new Set(['custom_fields', 'changes', 'group_ids', 'set_ids'])

/**
 * Replaces ids by the order in which they first appear, so that two copies of a project that differ in nothing but ids
 * become equal. `userFields`: ids of custom fields whose values are ids of users.
 */
export function createRenamer(userFields: readonly number[]): (value: Json) => Json {
  const names = new Map<string, string>()
  const rename = (id: string | number) => {
    const name = names.get(String(id)) ?? `#${names.size}`
    names.set(String(id), name)
    return name
  }
  const keyOf = (key: string) => (/^---f-\d+$/.test(key) ? `---f-${rename(key.slice(5))}` : key)
  const isUserKey = (key: string) => userFields.some((id) => key === `---f-${id}`)

  function text(value: string, key: string): Json {
    if (JSON_CELLS.has(key)) return walk(JSON.parse(value), key)
    if (key === 'ptql') {
      return value.replaceAll(/(---f-|NOT VIEW #)(\d+)/g, (_, before: string, id: string) => before + rename(id))
    }
    return /^https?:/.test(value)
      ? value.replace(/^https?:\/\/[^/]+/, '').replaceAll(/\/(\d+)(?=[/.?]|$)/g, (_, id: string) => `/${rename(id)}`)
      : value
  }

  function object(value: Record<string, Json>): Json {
    const entries = Object.entries(value)
    // A change of history says in one place what is changed, and in others from what to what.
    const changed = 'field' in value && 'from' in value ? String(value.field) : undefined
    const isUserFormat = (value.field_format ?? value['field-format']) === 'user'
    const isOfUser = userFields.includes(Number(value.field_id))
    return Object.fromEntries(
      entries.map(([key, member]) => {
        // Events number themselves.
        if (key === 'id' && value.type === 'history-events') return [key, 'some']
        if (key === 'uniq_name') return [key, member.replace(/(?<=^___f_)\d+$/, (id: string) => rename(id))]
        if (key === 'field' && changed !== undefined) {
          return [key, changed.replace(/(?<=^steps\/|^---f-)\d+/, (id) => rename(id))]
        }
        const meant = changed !== undefined && key !== 'field' ? (changed.split('/').at(-1) as string) : key
        // JSON text of the database, or a value of the API.
        if (/^default.value$/.test(key) && isUserFormat && member !== null)
          return [key, rename(member.replaceAll('"', ''))]
        if (isOfUser && key.startsWith('value')) return [key, rename(member)]
        return [keyOf(key), walk(member, meant)]
      }),
    )
  }

  function walk(value: Json, key: string): Json {
    if (Array.isArray(value)) return value.map((member) => walk(member, key))
    if (value !== null && typeof value === 'object') return object(value)
    const isId = value !== 0 && (isIdKey(key) || isUserKey(key)) && /^\d+$/.test(String(value))
    if (isId) return rename(value)
    return typeof value === 'string' ? text(value, key) : value
  }
  return (value) => walk(value, '')
}
