import { describe, expect, it } from 'vitest'
import { METRICS_TOKEN, onEveryDatabase, titles } from '../test/build-app.ts'

onEveryDatabase(
  'operation',
  (get) => {
    it('answers probes without a token', async () => {
      const app = get()
      const [health, ready] = [await app.get('/healthz', { token: null }), await app.get('/readyz', { token: null })]
      expect([health.status, health.body]).toEqual([200, { status: 'ok' }])
      expect([ready.status, ready.body]).toEqual([200, { status: 'ready' }])
    })

    it('answers with the headers that browsers heed, whatever the answer', async () => {
      const app = get()
      const none = { token: null }
      const answers = [
        await app.get('/projects.json'),
        await app.get('/projects.json', none),
        await app.get('/nothing.json', none),
        await app.get('/api/v2/%zz.json', none),
        await app.get('/healthz', none),
      ]
      for (const { headers } of answers) {
        expect(headers).toMatchObject({
          'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
          'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
        })
        expect(headers).not.toHaveProperty('strict-transport-security')
      }
    })

    it('never shows what may be a token in a wrong place', async () => {
      const { text } = await get().get(`/projects/1/${get().token}/nothing.json`)
      expect(text).toContain('There is nothing at /api/v2/projects/1/***/nothing')
      expect(text).toContain('The API is at /api/v2')
    })

    describe('GET /metrics', () => {
      it('is for account tokens of the first account', async () => {
        const app = get()
        const admin = await app.person('admin@example.org', 'Administrators')
        expect((await app.get('/metrics', { token: null })).status).toBe(401)
        const refused = await app.get('/metrics', { token: admin.token })
        expect([refused.status, titles(refused)]).toEqual([
          403,
          [expect.stringMatching(/^Metrics are for the account tokens of the first account/)],
        ])
        expect((await app.get('/metrics')).status).toBe(200)
      })

      it('is not for other accounts, whose tokens would tell of all, but for a token of the operator', async () => {
        const app = get()
        const other = await app.otherAccount()
        expect((await app.get('/metrics', { token: other.token })).status).toBe(403)
        expect((await app.get('/metrics', { token: METRICS_TOKEN })).status).toBe(200)
        expect((await app.get('/metrics', { token: `${METRICS_TOKEN}x` })).status).toBe(401)
      })

      it('counts requests by route and status, and never holds an id, a name or a token', async () => {
        const app = get()
        await app.get(app.p('/tests.json'))
        await app.get(app.p('/tests/987654.json'))
        await app.get(`${app.p('/tests.json')}?api_token=${app.token}`, { token: null })
        const { text } = await app.get('/metrics')
        const count = (route: string, status: number) =>
          Number(
            text
              .split('\n')
              .find(
                (line) =>
                  line.startsWith('assay_http_request_duration_seconds_count') &&
                  line.includes(`route="${route}"`) &&
                  line.includes(`status="${status}"`),
              )
              ?.split(' ')
              .at(-1),
          )
        expect(count('/api/v2/projects/:project_id/tests', 200)).toBe(2)
        expect(count('/api/v2/projects/:project_id/tests/:id', 404)).toBe(1)
        expect(text).toContain('assay_database_load{what="long_reads"} 0')
        expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
        expect(text).not.toContain('987654')
        expect(text).not.toContain(app.token)
      })
    })
  },
  { measured: true },
)
