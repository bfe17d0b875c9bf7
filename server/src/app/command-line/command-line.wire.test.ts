import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { renderErrors } from '../../http/errors.ts'
import { onEveryDatabase } from '../../test/build-app.ts'
import { serveCommandLine } from './serve-command-line.ts'

onEveryDatabase('GET /cli/assay.mjs', (app) => {
  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    app().call(method, '//cli/assay.mjs', undefined, { token: null, headers })

  it('is the command line as one script that needs no token and is sent again only after it changed', async () => {
    const { status, headers, text } = await get()
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(text).toMatch(/^\/\/ The command line of Assay \d+\.\d+\.\d+: node assay\.mjs --help/)
    expect(text.length).toBeLessThan(1024 * 1024)
    // Nothing but Node's own modules, nothing of the server, nothing of the machine that built it.
    const imported = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name?.replace('node:', ''))
    expect(new Set(imported).size).toBeGreaterThan(5)
    for (const name of imported) expect(process.getBuiltinModule(name as string), name).toBeDefined()
    expect(text).not.toMatch(/fastify|kysely/i)
    expect(text).not.toContain(process.cwd())
    for (const name of ['commander', 'tinyglobby']) expect(text).toContain(`\n// Contains ${name} `)
    const again = await get({ 'if-none-match': headers.etag as string })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await get({ 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip')
    expect((await get({}, 'HEAD')).status).toBe(200)
    expect((await get({}, 'POST')).status).toBe(405)
  })
})

it('says what to do where it was not built, and tries only once', async () => {
  let tries = 0
  const app = Fastify()
  renderErrors(app)
  serveCommandLine(app, async () => {
    tries++
    throw new Error('there is no rolldown')
  })
  for (let i = 0; i < 3; i++) {
    const answer = await app.inject('/cli/assay.mjs')
    expect(answer.statusCode).toBe(404)
    expect(answer.json().errors[0].title).toMatch(/was not built on this server: run "npm run build:cli"/)
  }
  expect(tries).toBe(1)
  await app.close()
})
