import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'

/**
 * Serves `GET /metrics` without a token at an address that only the operator's scraper reaches (contract §7). Throws
 * when it cannot listen there.
 */
export async function listenForMetrics(
  metrics: Metrics,
  { host, port }: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const { registry } = metrics
  const server = createServer({ connectionsCheckingInterval: 2_000 }, async (request, response) => {
    const isFound = request.url?.split('?')[0] === '/metrics' && ['GET', 'HEAD'].includes(request.method ?? '')
    response.setHeader('cache-control', 'no-store').setHeader('x-content-type-options', 'nosniff')
    if (isFound) response.setHeader('content-type', registry.contentType).end(await registry.metrics())
    else response.writeHead(404).end()
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000
  server.setTimeout(10_000)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`ASSAY_METRICS_LISTEN: ${error.message}`)))
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
