import { beforeAll, describe, expect, it } from 'vitest'
import { createEverything, type Everything } from '../../../test-support/one-of-everything.ts'
import { onEveryDatabase, titles } from '../test/build-app.ts'
import { DOCUMENTED_ROUTES } from '../test/openapi-document.ts'
import { ofConsole, signedIn } from '../test/sign-in.ts'

/** Every route that writes, but for those that no cookie authorises: they are closed to other sites by themselves. */
const WRITING = DOCUMENTED_ROUTES.filter(
  (route) => route.access !== 'none' && (route.method !== 'GET' || route.takesWork),
)

onEveryDatabase(
  'a cookie alone',
  (get) => {
    let cookie: string
    let have: Everything
    beforeAll(async () => {
      const app = get()
      // An account owner: nothing else than the rule about cookies refuses them.
      cookie = (await signedIn(app, 'admin@example.org', 'Administrators')).cookie
      await app.database.write(0, ({ db }) =>
        db.updateTable('users').set({ is_owner: 1 }).where('email', '=', 'admin@example.org').execute(),
      )
      const options = { projectId: app.projectId, userId: app.ownerId, token: app.token, prefix: 'own' }
      have = await createEverything(app, options)
    })
    const call = ({ method, path, atRoot }: (typeof WRITING)[number], headers: Record<string, string>) => {
      const word = (/([a-z_]+)\/:id/.exec(path)?.[1] ?? '').replace('integration_', '')
      const url = path
        .replace(':project_id', String(get().projectId))
        .replace(':id', String(have[word] ?? get().ownerId))
      const body = method === 'GET' || method === 'DELETE' ? undefined : { data: { attributes: {} } }
      return get().call(method, `${atRoot ? '' : '/api/v2'}${url}.json`, body, { token: null, headers, madeUp: true })
    }

    describe('authorises no write', () => {
      it.each(WRITING.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', async (_, route) => {
        const alone = await call(route, { cookie })
        expect([alone.status, titles(alone)]).toEqual([403, ['A cookie alone authorises no write']])
        const crossed: Record<string, string>[] = [
          { 'x-assay-console': '1', 'sec-fetch-site': 'cross-site' },
          { 'x-assay-console': '1', origin: 'https://evil.test' },
          { 'x-assay-console': '0', 'sec-fetch-site': 'same-origin' },
        ]
        for (const headers of crossed) expect((await call(route, { cookie, ...headers })).status).toBe(403)
        if (route.method !== 'GET' && route.path.endsWith('/:id') && !route.atRoot && route.method === 'PUT') {
          expect((await call({ ...route, method: 'PATCH' }, { cookie })).status).toBe(403)
        }
      })
    })

    it('reads, and writes with the header of the console from the same origin', async () => {
      const app = get()
      const read = await app.get('/projects.json', { token: null, headers: { cookie } })
      expect(read.status).toBe(200)
      const same = { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin', host: 'localhost:80' }
      const headers = { ...ofConsole(cookie).headers, ...same }
      const made = await app.post(
        '/projects.json',
        { data: { attributes: { name: 'By cookie' } } },
        { token: null, headers },
      )
      expect(made.status, made.text).toBe(200)
    })

    it('was tried on every writing route of the contract', () => {
      expect(WRITING.length).toBeGreaterThan(110)
    })
  },
  { record: false },
)
