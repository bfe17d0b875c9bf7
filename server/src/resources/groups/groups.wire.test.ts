import { expect, it } from 'vitest'
import { type Json, onEveryDatabase } from '../../test/build-app.ts'

onEveryDatabase('groups', (get) => {
  it('lists the four default groups by name', async () => {
    const answer = await get().get(get().p('/groups.json'))
    expect(answer.body.data.map(({ attributes }: Json) => attributes.name)).toEqual([
      'Administrators',
      'Commenters',
      'Developers',
      'Testers',
    ])
    expect(answer.body.data[0]).toMatchObject({ type: 'groups', id: expect.stringMatching(/^\d+$/) })
    expect(answer.body).toMatchObject({ links: {}, meta: { 'total-count': 4 } })
  })

  it('shows a group with the whole catalogue, implied permissions included', async () => {
    const app = get()
    const list = (await app.get(app.p('/groups.json'))).body.data
    const allowed = async (name: string) => {
      const { id } = list.find(({ attributes }: Json) => attributes.name === name)
      const { permissions } = (await app.get(app.p(`/groups/${id}.json`))).body.data.attributes
      expect(permissions).toHaveLength(20)
      expect(permissions[3]).toMatchObject({
        key: 'tests_view',
        title: 'Tests - View',
        description: expect.any(String),
      })
      return permissions.filter(({ allowed }: Json) => allowed).map(({ key }: Json) => key)
    }
    expect(await allowed('Administrators')).toHaveLength(20)
    expect(await allowed('Commenters')).toEqual(['requirements_view', 'tests_view', 'issues_view'])
    expect(await allowed('Developers')).toEqual([
      'requirements_view',
      'tests_view',
      'issues_view',
      'issues_status_modifier',
      'issues_editor',
      'reports',
    ])
    expect(await allowed('Testers')).toEqual([
      'requirements_view',
      'requirements_editor',
      'requirements_admin',
      'tests_view',
      'runs',
      'runs_admin',
      'tests_editor',
      'tests_admin',
      'issues_view',
      'issues_status_modifier',
      'issues_editor',
      'reports',
    ])
    expect((await app.get(app.p('/groups/999999.json'))).status).toBe(404)
  })

  it('is for those who manage the project', async () => {
    const app = get()
    const tester = await app.person('tester@example.org', 'Testers')
    const administrator = await app.person('administrator@example.org', 'Administrators')
    expect((await app.get(app.p('/groups.json'), { token: tester.token })).status).toBe(403)
    expect((await app.get(app.p('/groups.json'), { token: administrator.token })).status).toBe(200)
  })
})
