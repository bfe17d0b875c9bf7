import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { readBodies } from './body-reader.ts'
import { renderErrors } from './errors.ts'

it('bodies in flight share a budget, which a finished answer gives back', async () => {
  const app = Fastify()
  renderErrors(app)
  readBodies(app, { limit: 100, budget: 150 })
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  app.post('/slow', async () => {
    await held
    return 'done'
  })
  app.post('/quick', async () => 'done')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const post = (path: string, size: number) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: 'x'.repeat(size) })
  const first = post('/slow', 90)
  let refused = await post('/quick', 90)
  // The first may not have been read yet.
  for (let i = 0; refused.status === 200 && i < 100; i++) refused = await post('/quick', 90)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect((await post('/quick', 101)).status).toBe(413)
  release()
  expect((await first).status).toBe(200)
  expect((await post('/quick', 90)).status).toBe(200)
  await app.close()
})

it('a body that must be read before it is known who sent it is held to less', async () => {
  const app = Fastify()
  renderErrors(app)
  readBodies(app, { limit: 20 * 1024 * 1024 })
  app.post('/known', async () => 'done')
  app.post('/unknown', { config: { tokenInBody: true } }, async () => 'done')
  const post = (url: string, megabytes: number) =>
    app.inject({ method: 'POST', url, payload: Buffer.alloc(megabytes * 1024 * 1024, 'x') })
  expect((await post('/known', 11)).statusCode).toBe(200)
  expect((await post('/unknown', 10)).statusCode).toBe(200)
  const refused = await post('/unknown', 11)
  expect([refused.statusCode, refused.json().errors[0].title]).toEqual([
    413,
    'The request body is too large to look for a token in it: at most 10 MiB',
  ])
  await app.close()
})
