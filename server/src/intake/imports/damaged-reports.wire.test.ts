import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { onEveryDatabase } from '../../test/build-app.ts'

// Reports of every format, damaged in ways that disks, proxies and tools damage them: each is stored with its cases
// counted, or refused with a reason. The numbers are the same in every run.

/** How often each fixture is damaged; `ASSAY_DAMAGE_ROUNDS=50` is the long run. */
const ROUNDS = Number(process.env.ASSAY_DAMAGE_ROUNDS ?? 1)

/** Fixtures are cut to this, so that each is sent often. */
const MOST = 20_000

const READERS = new URL('../readers/', import.meta.url)

const FIXTURES = readdirSync(READERS, { withFileTypes: true })
  .filter((folder) => folder.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`${name}/fixtures/`, READERS))
      .filter((file) => !/\.read$|README/.test(file))
      .map((file) => [`${name}/${file}`, readFileSync(new URL(`${name}/fixtures/${file}`, READERS), 'utf8')] as const),
  )

/** Numbers from 0 to 1, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

const NASTY = [
  '\u0000',
  '\ud800',
  '\uffff',
  '\\u0000',
  '\\ud800',
  '&#0;',
  '&#x1b;',
  '\u202e',
  '😀',
  '  ',
  '"',
  "'",
  '<',
  ']]>',
  '\\',
]
const NUMBERS = ['-1', '1e400', '-0', '99999999999999999999999', '0.0000001', 'NaN', '', '9007199254740993']
const VALUES = ['null', '[]', '{}', '""', 'true', '-1', '[[[[[]]]]]', '"\\u0000"']

type Damage = (text: string, random: () => number) => string

const DAMAGES: Readonly<Record<string, Damage>> = {
  'cut off': (text, random) => text.slice(0, Math.floor(random() * text.length)),
  'with a hole': (text, random) => {
    const from = Math.floor(random() * text.length)
    return text.slice(0, from) + text.slice(from + Math.floor(random() * 200))
  },
  'written twice': (text, random) => text.slice(0, Math.floor(random() * text.length)) + text,
  'with characters that nobody stores': (text, random) =>
    text.replaceAll(/[a-z]{4,}/gi, (word) =>
      random() < 0.1 ? word.slice(0, 2) + NASTY[Math.floor(random() * NASTY.length)] + word.slice(2) : word,
    ),
  'with other numbers': (text, random) =>
    text.replaceAll(/\d+(?:\.\d+)?/g, (number) =>
      random() < 0.2 ? (NUMBERS[Math.floor(random() * NUMBERS.length)] as string) : number,
    ),
  'with other values': (text, random) =>
    text.replaceAll(/(?<=: ?)(?:"[^"\n]{0,60}"|\d+|true|false|null)/g, (value) =>
      random() < 0.15 ? (VALUES[Math.floor(random() * VALUES.length)] as string) : value,
    ),
  'without names': (text, random) =>
    text.replaceAll(/(name|title|id|classname|fullName)(=|": ?)"[^"\n]{0,200}"/g, (all, key, sign) =>
      random() < 0.3 ? `${key}${sign}""` : all,
    ),
}

onEveryDatabase('reports that are damaged', (get) => {
  it.each(Object.entries(DAMAGES))('%s', { timeout: 120_000 + ROUNDS * 60_000 }, async (name, damage) => {
    const app = get()
    let stored = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, [fixture, whole]] of FIXTURES.entries()) {
        const seed = 1 + round * 1_000 + index
        const random = createRandom(seed)
        const body = damage(whole.slice(0, MOST), random)
        const what = `${fixture} ${name}, seed ${seed}`
        const query = new URLSearchParams({ 'set-name': `${name} ${index}`, filename: basename(fixture) })
        const answer = await app.post(app.p(`/imports.json?${query}`), Buffer.from(body), {
          headers: { 'content-type': 'application/octet-stream' },
        })
        expect([200, 422], `${what}: ${answer.status} ${answer.text.slice(0, 500)}`).toContain(answer.status)
        if (answer.status === 422) {
          expect(answer.body.errors[0].title, what).not.toBe('')
          continue
        }
        const { received, files, ...receipt } = answer.body.data.attributes
        expect(receipt.stored + receipt.refused, what).toBe(received)
        expect(files[0].cases, what).toBe(received)
        expect(receipt.passed + receipt.failed + receipt.blocked + receipt.skipped, what).toBe(receipt.stored)
        for (const { reason } of answer.body.data.meta?.refusals ?? answer.body.meta?.refusals ?? []) {
          expect(reason, what).not.toMatch(/could not be stored/)
        }
        stored += receipt.stored
      }
    }
    expect(stored).toBeGreaterThan(0)
  })

  it.each(
    [
      'set-name',
      'filename',
      'namespace',
      'build-key',
      'build-name',
      'pipeline',
      'branch',
      'commit',
      'base-commit',
    ].concat([
      'pull-request',
      'variant',
      'shard',
      'version',
      'identity-property',
      'environment',
      'build-url',
      'timezone',
    ]),
  )('are no reason to fail for what stands in %s', async (parameter) => {
    const app = get()
    for (const text of ['a\0b', '\ufeff', 'x'.repeat(100_000), '2/\0', 'os=\0,b=\ud800', '../..', 'https://a/\0']) {
      const query = new URLSearchParams({ 'set-name': 'parameters', [parameter]: text })
      const body = Buffer.from('<testsuite name="s"><testcase classname="C" name="n"/></testsuite>')
      const answer = await app.post(app.p(`/imports.json?${query}`), body, {
        headers: { 'content-type': 'application/xml' },
      })
      expect([200, 422], `${JSON.stringify(text.slice(0, 20))}: ${answer.text.slice(0, 300)}`).toContain(answer.status)
    }
  })
})
