import type { Resource } from '../../core/resource/define-resource.ts'
import { renderResource } from '../../core/resource/render.ts'
import type { Answer } from '../../engine/route.ts'
import type { TokenRow } from './tokens.store.ts'

/**
 * The one answer that shows a secret (contract §7.9). It is made here, not read back like others: only the hash is
 * stored, and the answer never is.
 */
export function showSecret(resource: Resource, row: TokenRow, token: string): Answer {
  const shown = renderResource(resource, { ...row })
  return { body: { data: { ...shown, attributes: { ...shown.attributes, token } } } }
}
