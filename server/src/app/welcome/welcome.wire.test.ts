import { expect, it } from 'vitest'
import { onEveryDatabase } from '../../test/build-app.ts'

onEveryDatabase('GET /welcome/:code', (get) => {
  const ask = (path: string) => get().call('GET', path, undefined, { token: null })

  it('is one page for every code, which tells nobody where it came from and runs no script but its own', async () => {
    const page = await ask(`/welcome/${'A'.repeat(43)}`)
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.text).toBe((await ask('/welcome/another')).text)
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(page.headers['referrer-policy']).toBe('no-referrer')
    expect(page.headers['x-frame-options']).toBe('DENY')
    expect(page.text).not.toMatch(/<script>| style=| on\w+=/)
    for (const [path, type] of [
      ['/welcome/page.js', 'text/javascript'],
      ['/welcome/page.css', 'text/css'],
    ] as const) {
      const asset = await ask(path)
      expect([asset.status, asset.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`])
    }
  })
})
