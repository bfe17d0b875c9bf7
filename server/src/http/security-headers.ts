import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** Nothing that an answer holds may be loaded, run, or framed by a page. */
const NOTHING = { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] }

/**
 * The headers by which browsers treat every answer with care, as Helmet sets them; the pages of the reference replace
 * the policy by their own. They are the same for all requests, so Helmet is asked once. `overTls`: those that browsers
 * heed, or complain of, depending on TLS.
 */
export function securityHeaders({ overTls }: { overTls: boolean }): Record<string, string> {
  const headers: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: unknown) => {
      headers[name.toLowerCase()] = String(value)
    },
    removeHeader: () => {},
  }
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: overTls,
    crossOriginOpenerPolicy: overTls,
    originAgentCluster: overTls,
  })
  set({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error
  })
  return headers
}
