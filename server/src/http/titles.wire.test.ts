import { beforeAll, describe, expect, it } from 'vitest'
import { onEveryDatabase, type TestApp, titles } from '../test/build-app.ts'

onEveryDatabase('titles of refusals', (get) => {
  let app: TestApp
  beforeAll(() => {
    app = get()
  })
  const long = `${'Pay '.repeat(375)}`
  const test = (rest: object) => ({ attributes: { name: 'titled', 'author-id': app.ownerId }, ...rest })
  const refused = async (path: string, data: unknown): Promise<string[]> => {
    const answer = await app.post(app.p(path), { data })
    expect(answer.status, answer.text).toBe(422)
    return titles(answer)
  }

  it('name the beginning of the value', async () => {
    const attributes = { name: long, 'author-id': 'nobody', 'duration-estimate': 'soon', version: ['1'], tags: {} }
    expect(await refused('/tests.json', { attributes })).toEqual([
      'Name is too long: 1500 characters, at most 1000 are allowed: "Pay Pay Pay Pay Pay Pay Pay Pay Pay Pay …"',
      expect.stringMatching(/^Version must be a text: \[…\]$/),
      'Duration estimate must be HH:MM:SS or a number of seconds between 0 and 2147483647: "soon"',
      'Tags must be an array of texts or one comma-separated text: {…}',
      'Author id must be an id: a number or a numeric string: "nobody"',
    ])
  })

  describe('name the step', () => {
    const steps = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { description: { html: true } }]
    const title = 'Step 4: Description must be a text: {…}'
    it.each([
      ['a bare array beside the attributes', { steps }],
      ['an object with data', { steps: { data: steps } }],
    ])('of a test, sent as %s', async (_, side) => {
      expect(await refused('/tests.json', test(side))).toEqual([title])
    })

    it('of bulk bodies beside the element', async () => {
      const author = { 'author-id': app.ownerId }
      expect(await refused('/tests.json', [test({}), { ...test({ steps }), attributes: { ...author } }])).toEqual([
        "Item 2: Name can't be blank",
        `Item 2: ${title}`,
      ])
      const runs = [{ attributes: { 'instance-id': 1 }, steps: [{}, { status: 'GREEN' }] }]
      expect(await refused('/runs.json', runs)).toEqual([
        'Item 1: Step 2: Status must be one of: PASSED, FAILED, BLOCKED, NO RUN, N/A: "GREEN"',
        'Item 1: Instance id names no instance of this project: 1',
      ])
    })

    it('of POST steps, of a new test of auto_create, and of a file in it', async () => {
      const { body } = await app.post(app.p('/tests.json'), { data: test({}) })
      const name = 'x'.repeat(65_536)
      const attributes = { 'test-id': body.data.id, steps: [{}, {}, {}, { name }] }
      expect(await refused('/steps.json', { attributes })).toEqual([
        `Step 4: Name is too long: 65536 characters, at most 65535 are allowed: "${'x'.repeat(40)}…"`,
      ])
      const set = (await app.post(app.p('/sets.json'), { data: { attributes: { name: 'titled' } } })).body.data
      const made = { attributes: { 'set-id': set.id }, 'test-attributes': { name: 'made', steps } }
      expect(await refused('/runs/auto_create.json', made)).toEqual([title])
      const file = { filename: 'a', content_encoded: '***' }
      const files = { attributes: { 'set-id': set.id, 'test-id': body.data.id }, steps: [{ files: [file] }] }
      expect(await refused('/runs/auto_create.json', files)).toEqual(['Step 1: Content encoded is not valid base64'])
    })
  })

  it('are short and do nothing to a terminal, whatever was sent', async () => {
    const hostile = `\u001b[2J\r\n::error::\u202e${'y'.repeat(100_000)}`
    const beginning = '\\u001b[2J\\u000d\\u000a::error::\\u202e'
    const digits = '9'.repeat(300)
    const attributes = { 'instance-id': digits, 'exit-code': 0, 'run-type': hostile }
    expect(await refused('/runs.json', { attributes })).toEqual([
      `Run type must be one of: AutomatedRun, ManualRun: "${beginning}${'y'.repeat(24)}…"`,
      `Instance id names no instance of this project: "${'9'.repeat(40)}…"`,
    ])
    const queries = [`page[number]=${digits.repeat(300)}x`, `set-ids=${encodeURIComponent(hostile)}`]
    for (const query of queries) {
      const answer = await app.get(app.p(`/runs.json?${query}`))
      expect([answer.status, titles(answer).every((title) => title.length < 200)]).toEqual([422, true])
    }
    const field = { name: hostile.slice(0, 900), 'field-format': 'number', entities: ['Test'] }
    const { body } = await app.post(app.p('/custom_fields.json'), { data: { attributes: field } })
    const fields = { 'custom-fields': { [`---f-${body.data.id}`]: 'x' } }
    const [title] = await refused('/tests.json', { attributes: { ...test({}).attributes, ...fields } })
    expect(title?.startsWith(beginning)).toBe(true)
    expect(title?.length).toBeLessThanOrEqual(1001)
  })
})
