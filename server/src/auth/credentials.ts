import type { IncomingHttpHeaders } from 'node:http'
import type { Query } from '../core/jsonapi/query.ts'

function fromBasic(encoded: string): string {
  const [user = '', ...password] = Buffer.from(encoded.trim(), 'base64').toString('utf8').split(':')
  return password.join(':').trim() || user.trim()
}

function fromCustom(pairs: string): string {
  for (const pair of pairs.split(',')) {
    const [key = '', ...value] = pair.split('=')
    if (key.trim().toLowerCase().replaceAll('-', '_') === 'api_token') return value.join('=').trim()
  }
  return ''
}

function fromAuthorization(header: string): string {
  const text = header.trim()
  const scheme = /^(basic|bearer|custom)(?:\s+|$)/i.exec(text)
  const rest = scheme ? text.slice(scheme[0].length) : text
  switch (scheme?.[1]?.toLowerCase()) {
    case 'basic':
      return fromBasic(rest)
    case 'custom':
      return fromCustom(rest)
    case 'bearer':
      return rest.trim()
    default:
      // `EMAIL:TOKEN` of the 2016 documents, or the bare token of their tutorial.
      return text.slice(text.lastIndexOf(':') + 1).trim()
  }
}

/**
 * The token of a request, by the first form of contract §1.2 that is present; undefined when there is none at all.
 * An empty string is a bad token, not a missing one: there is no fall-through.
 */
export function findToken(headers: IncomingHttpHeaders, query: Query): string | undefined {
  const header = headers.pttoken
  if (header !== undefined) return String(Array.isArray(header) ? header[0] : header).trim()
  if (headers.authorization !== undefined) return fromAuthorization(headers.authorization)
  return query.get('api-token')?.trim()
}
