import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { onEveryDatabase } from '../test/build-app.ts'

const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8')

onEveryDatabase('GET /docs', (app) => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    app().call('GET', `//${path}`, undefined, { token: null, headers })

  it('is a page that needs no token and may load from this server only', async () => {
    for (const path of ['docs', 'docs/']) {
      const { status, headers, text } = await get(path)
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'; script-src 'self'"),
      })
      expect(text).toContain('<html lang="en">')
      expect(text).not.toMatch(/(src|href)="https?:/)
    }
    expect((await app().call('HEAD', '//docs', undefined, { token: null })).status).toBe(200)
    expect((await app().call('POST', '//docs', {}, { token: null })).status).toBe(405)
  })

  it('has the renderer as one script, which is sent again only after it changed', async () => {
    const plain = await get('docs/scalar.js')
    expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(plain.text).toContain('createApiReference')
    const etag = plain.headers.etag as string
    const again = await get('docs/scalar.js', { 'if-none-match': etag })
    expect([again.status, again.text]).toEqual([304, ''])
    const zipped = await get('docs/start.js', { 'accept-encoding': 'br, gzip' })
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect((await get('docs/start.js')).text).toContain('"withDefaultFonts":false')
  })

  it('has a document with the guides, while the one for programs has none', async () => {
    const { body } = await get('docs/openapi.json')
    expect(body.info.description).toMatch(/^# Quick start$/m)
    expect(body.info.description).toMatch(/^\| `ASSAY_BASE_URL` \| unset \|/m)
    expect(body.info.description).not.toMatch(/\]\((?!#description\/|\/docs\/files\/|https?:)/)
    expect(body.info.description).not.toContain('```sh runnable')
    const plain = (await app().get('/openapi.json', { token: null })).body
    expect(plain.info.description.length).toBeLessThan(200)
    expect({ ...plain, info: { ...plain.info, description: body.info.description } }).toEqual(body)
  })

  it('has the text of the guides for its search, with anchors of the document', async () => {
    const { status, body } = await get('docs/guides.json')
    expect(status).toBe(200)
    const sections = body as { page: string; title: string; anchor: string; text: string }[]
    expect(sections.length).toBeGreaterThan(100)
    expect(new Set(sections.map(({ anchor }) => anchor)).size).toBe(sections.length)
    expect(sections.find(({ title }) => title === 'Repeat without doing twice')).toMatchObject({
      page: 'Conventions',
      anchor: 'repeat-without-doing-twice',
      text: expect.stringContaining('Idempotency-Key'),
    })
    expect(sections.at(-1)).toMatchObject({ anchor: 'settings', text: expect.stringContaining('ASSAY_BASE_URL unset') })
  })

  it('serves the files of docs/ as text, its folders as lists, and nothing else', async () => {
    const file = await get('docs/files/self-hosting/nginx.conf')
    expect(file.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(file.text).toBe(read('self-hosting/nginx.conf'))
    const folder = await get('docs/files/self-hosting')
    expect(folder.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(folder.text).toContain('<a href="/docs/files/self-hosting/nginx.conf">nginx.conf</a>')
    for (const path of [
      '',
      'none',
      '../package.json',
      '..%2fpackage.json',
      '%2e%2e/package.json',
      '%00',
      '/etc/passwd',
    ]) {
      const { status, body } = await get(`docs/files/${path}`)
      expect([status, body.errors.length], path).toEqual([404, 1])
    }
  })
})
