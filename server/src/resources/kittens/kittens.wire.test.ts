import { expect, it } from 'vitest'
import { type Json, onEveryDatabase } from '../../test/build-app.ts'

onEveryDatabase('kittens', (get) => {
  const names = (answer: { body: Json }) => answer.body.map(({ name }: Json) => name)

  it('are a plain array for any token, as the first lesson shows it', async () => {
    const app = get()
    const headers = { authorization: app.token }
    const answer = await app.get('/api/kittens', { token: null, headers })
    expect(answer.body).toEqual([
      { id: 1, name: 'Fluffums', breed: 'calico', fluffiness: 6, cuteness: 7 },
      { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 },
    ])
    expect((await app.get('/api/kittens', { token: null })).status).toBe(401)
    const { token } = await app.person('pupil@example.org', null)
    expect(names(await app.get('/api/kittens.json', { token }))).toEqual(['Fluffums', 'Max'])
  })

  it('let cats and adopted kittens in when asked', async () => {
    const app = get()
    expect(names(await app.get('/api/kittens?include_cats=true'))).toEqual(['Fluffums', 'Max', 'Duchess'])
    expect(names(await app.get('/api/kittens?available=false'))).toEqual(['Fluffums', 'Max', 'Pepper'])
    expect(names(await app.get('/api/kittens?available=false&include-cats=1'))).toHaveLength(4)
    expect(names(await app.get('/api/kittens?available=true&include_cats=false'))).toHaveLength(2)
  })

  it('are shown one by one under both addresses, whatever they are', async () => {
    const app = get()
    const max = { id: 2, name: 'Max', breed: 'unknown', fluffiness: 5, cuteness: 10 }
    for (const path of ['/api/kittens/2', '/api/kittens/2.json', '/kittens/2', '/kittens/2.json', '//kittens/2']) {
      expect((await app.get(path)).body).toEqual(max)
    }
    expect((await app.get('/api/kittens/4')).body.name).toBe('Duchess')
    const none = await app.get('/kittens/5')
    expect([none.status, none.body.errors[0].title]).toEqual([404, 'There is no kitten 5'])
    expect((await app.get('/kittens/2', { token: null })).status).toBe(401)
  })
})
