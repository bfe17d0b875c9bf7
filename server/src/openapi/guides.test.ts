import { expect, it } from 'vitest'
import { joinPages, listedPages, listSections, type Page, sectionOf } from './guides.ts'

const join = (...pages: Page[]) =>
  joinPages(pages, { prefix: '#description/', elsewhere: { '../README.md#set': 'settings' } })
const page = (path: string, ...lines: string[]): Page => ({ path, markdown: lines.join('\n') })

it('reads the order of the pages from the index, each once', () => {
  const index = '[a](guides/a.md) [files](adr) [b](b.md)\n[again](guides/a.md) [c](guides/c.md)'
  expect(listedPages(index)).toEqual(['guides/a.md', 'b.md', 'guides/c.md'])
})

it('finds the text under a heading', () => {
  expect(sectionOf('# T\n\n## A\n\none\n\n### deeper\n\n## B\n\ntwo\n', 'A')).toBe('one\n\n### deeper')
  expect(sectionOf('# T\n', 'A')).toBe('')
})

it('leads links between pages to headings of the joined text', () => {
  const one = page(
    'guides/one.md',
    '# One',
    '[two](two.md), [part](two.md#a-part), [here](#end)',
    '## A part',
    '## End',
  )
  const two = page('guides/two.md', '# Two', '## A part', 'back to [its part](one.md#a-part)')
  expect(join(one, two).split('\n')).toEqual([
    '# One',
    '[two](#description/two), [part](#description/a-part-1), [here](#description/end)',
    '## A part',
    '## End',
    '',
    '# Two',
    '## A part',
    'back to [its part](#description/a-part)',
  ])
})

it('lists what stands under each heading as plain words, with the anchor it has in the joined text', () => {
  const one = page(
    'one.md',
    'before any heading',
    '# One **bold**',
    'See [two](two.md) and `npm start`.',
    '## Part',
    '| a | b |',
    '| --- | :-: |',
    '| `x` | y |',
    '````md',
    '```sh',
    '# no heading',
    '```',
    '````',
    '## Part',
  )
  const found = listSections([one, page('two.md', '# Two', '## Part', 'text')])
  expect(found).toEqual([
    { page: 'One bold', title: 'One bold', anchor: 'one-bold', text: 'See two and npm start.' },
    { page: 'One bold', title: 'Part', anchor: 'part', text: 'a b x y # no heading' },
    { page: 'One bold', title: 'Part', anchor: 'part-1', text: '' },
    { page: 'Two', title: 'Two', anchor: 'two', text: '' },
    { page: 'Two', title: 'Part', anchor: 'part-2', text: 'text' },
  ])
})

it('leads other links of docs/ to its files, those out of it to nothing, and leaves other sites alone', () => {
  const text = '[f](../self-hosting/nginx.conf) [log](../../CHANGELOG.md) [s](../../README.md#set) [x](https://x.org/)'
  expect(join(page('guides/one.md', text))).toBe(
    '[f](/docs/files/self-hosting/nginx.conf) log [s](#description/settings) [x](https://x.org/)',
  )
})

it('leaves code as it is, but for what stands behind its language', () => {
  const code = ['```sh runnable exit-1', '# no heading', 'echo "[a](b.md)"', '```', '## no heading', '[a](b.md)']
  expect(
    join(page('one.md', ...code), page('b.md', '# No heading'))
      .split('\n')
      .slice(0, 6),
  ).toEqual(['```sh', '# no heading', 'echo "[a](b.md)"', '```', '## no heading', '[a](#description/no-heading-1)'])
})
