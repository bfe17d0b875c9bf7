import type { FastifyInstance } from 'fastify'
import { asset, sendAsset } from '../../http/assets.ts'
import { PAGE, SCRIPT, STYLE, WELCOME } from './welcome-page.ts'

/** The page may talk to this server only, and nobody may put it into a frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * `GET /welcome/:code`: where somebody chooses a password (contract §14.2). The page is the same for every code: whether
 * one works is told to who sends a password with it.
 */
export function serveWelcome(app: FastifyInstance): void {
  const page = asset('text/html', () => PAGE)
  const assets = {
    [WELCOME]: page,
    [`${WELCOME}/:code`]: page,
    [`${WELCOME}/page.css`]: asset('text/css', () => STYLE),
    [`${WELCOME}/page.js`]: asset('text/javascript', () => SCRIPT),
  }
  app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', POLICY)
    })
    for (const [path, get] of Object.entries(assets)) {
      scope.get(path, async (request, reply) => sendAsset(request, reply, await get()))
    }
  })
}
