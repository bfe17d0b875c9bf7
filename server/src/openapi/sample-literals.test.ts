import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { literal, SYNTAXES } from './sample-literals.ts'

const AWKWARD = {
  data: {
    type: 'tests',
    attributes: {
      'author-id': 132,
      name: `It's "quoted" #{x} \\ and\nbroken`,
      tags: ['a', 'ü'],
      gone: null,
      yes: true,
      no: false,
      part: -1.5,
    },
    steps: { data: [{ name: 'Open the basket', 'expected-results': 'Total is shown' }], empty: {}, none: [] },
  },
}

/** What a program prints that is given on standard input. */
const run = (command: string, args: string[], input: string) => spawnSync(command, args, { input, encoding: 'utf8' })

describe('a value in the spelling of a language', () => {
  it('is the same value in JSON and JavaScript', () => {
    expect(JSON.parse(literal(AWKWARD, SYNTAXES.json))).toEqual(AWKWARD)
    const program = `process.stdout.write(JSON.stringify(${literal(AWKWARD, SYNTAXES.javascript)}))`
    expect(JSON.parse(run(process.execPath, [], program).stdout)).toEqual(AWKWARD)
  })

  it('is the same value in Ruby and Python', () => {
    const ruby = `# encoding: utf-8\nrequire 'json'\nputs JSON.generate(${literal(AWKWARD, SYNTAXES.ruby)})`
    expect(JSON.parse(run('ruby', [], ruby).stdout)).toEqual(AWKWARD)
    const python = `import json\nprint(json.dumps(${literal(AWKWARD, SYNTAXES.python)}))`
    expect(JSON.parse(run('python3', ['-'], python).stdout)).toEqual(AWKWARD)
  })

  it('stays on one line while it fits, and is indented where it does not', () => {
    expect(literal({ data: [{ id: 70 }] }, SYNTAXES.json)).toBe('{"data": [{"id": 70}]}')
    expect(literal({ data: { type: 'x'.repeat(90) } }, SYNTAXES.ruby, 2)).toBe(
      `{\n    data: {\n      type: '${'x'.repeat(90)}'\n    }\n  }`,
    )
    expect(literal({ a: [1, null], b: {} }, SYNTAXES.csharp)).toBe(
      'new JsonObject { ["a"] = new JsonArray { 1, null }, ["b"] = new JsonObject { } }',
    )
  })
})
