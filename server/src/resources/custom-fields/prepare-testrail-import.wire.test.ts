import { describe, expect, it } from 'vitest'
import { type Json, onEveryDatabase } from '../../test/build-app.ts'

const SIX = [
  ['TestRailCaseID', 'number', ['Test']],
  ['TestRailSection', 'text', ['Test']],
  ['TestRailRunID', 'number', ['TestSet']],
  ['TestRailConfiguration', 'text', ['TestSet']],
  ['TestRailTestID', 'number', ['Instance']],
  ['TestRailResultID', 'number', ['Run']],
]

onEveryDatabase('POST /projects/:id/custom_fields/prepare_testrail_import.json', (get) => {
  const prepare = async (project: string, ...rest: unknown[]): Promise<Json> =>
    get().post(`/projects/${project}/custom_fields/prepare_testrail_import.json`, ...(rest as []))
  const newProject = async (name: string): Promise<string> =>
    (await get().post('/projects.json', { data: { attributes: { name } } })).body.data.id
  const fieldsOf = (answer: Json) =>
    answer.body.data.map(({ attributes: a }: Json) => [a.name, a['field-format'], a.entities])

  it('makes six fields once, and answers them every time', async () => {
    const project = await newProject('Empty')
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' } }
    const first = await prepare(project, '', form)
    expect(first.status).toBe(200)
    expect(Object.keys(first.body)).toEqual(['data'])
    expect(fieldsOf(first)).toEqual(SIX)
    expect(first.body.data.every(({ type }: Json) => type === 'custom-fields')).toBe(true)
    const ids = first.body.data.map(({ id }: Json) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect((await prepare(project)).body).toEqual(first.body)
    expect((await prepare(project, { anything: true })).body).toEqual(first.body)
    expect((await prepare(project, '{"broken')).status).toBe(400)
    const list = await get().get(`/projects/${project}/custom_fields.json`)
    expect(list.body.meta['total-count']).toBe(6)
  })

  it('makes them once when it is called many times at once', async () => {
    const project = await newProject('Hurried')
    const answers = await Promise.all(Array.from({ length: 5 }, () => prepare(project)))
    for (const answer of answers) expect(answer.body).toEqual(answers[0].body)
    const list = await get().get(`/projects/${project}/custom_fields.json`)
    expect(list.body.meta['total-count']).toBe(6)
  })

  describe('existing fields', () => {
    const make = async (project: string, name: string, format: string, entities: string[]): Promise<Json> => {
      const attributes = { name, 'field-format': format, entities }
      return (await get().post(`/projects/${project}/custom_fields.json`, { data: { attributes } })).body.data
    }

    it('are found by name in any case and bound where they are not', async () => {
      const project = await newProject('Half')
      const known = await make(project, 'testrailcaseid', 'number', ['Issue'])
      const bound = await make(project, 'TESTRAILSECTION', 'text', ['Test', 'Run'])
      const answer = await prepare(project)
      expect(answer.body.data[0]).toMatchObject({
        id: known.id,
        attributes: { name: 'testrailcaseid', entities: ['Issue', 'Test'] },
      })
      expect(answer.body.data[1]).toEqual(bound)
      expect(answer.body.data).toHaveLength(6)
    })

    it('of another format are left alone, and none is bound to sets and runs together', async () => {
      const project = await newProject('Odd')
      const other = await make(project, 'TestRailCaseID', 'text', ['Issue'])
      const ofRuns = await make(project, 'TestRailRunID', 'number', ['Run'])
      const { data } = (await prepare(project)).body
      expect([data[0], data[2]]).toEqual([other, ofRuns])
    })
  })
})
