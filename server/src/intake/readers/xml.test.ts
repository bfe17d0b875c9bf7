import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sink } from './model.ts'
import { createTestSink } from './test-support.ts'
import { firstElement, openXml, shapeOf } from './xml.ts'

const kindOf = shapeOf({ roots: ['r', 's'], texts: ['t', 'out'] })

function open(sink: Sink, events: string[]) {
  const shown = (attributes: object) =>
    Object.entries(attributes)
      .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
      .join('')
  return openXml(
    {
      kindOf,
      open: ({ name, attributes, line }) => void events.push(`${line}:<${name}${shown(attributes)}>`),
      close: ({ name }, text) => void events.push(`${text === '' ? '' : JSON.stringify(text)}</${name}>`),
    },
    sink,
  )
}

function read(parts: string[]) {
  const { sink, reading } = createTestSink()
  const events: string[] = []
  const reader = open(sink, events)
  for (const part of parts) reader.write(part)
  reader.end()
  const { notes, cut } = reading()
  // Mending runs ahead of reading by a part: the order of their notes says nothing.
  return { events: events.join(' '), notes: notes.sort(), cut }
}

const pieces = (text: string, size: number) => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []

describe('XML as real producers write it', () => {
  it.each<[string, string, string[], string | null]>([
    ['<r><t>a</t></r>', '1:<r> 1:<t> "a"</t> </r>', [], null],
    ['<?xml version="1.0"?>\n<r\n a="1"><!-- c\n --><t/></r>', '2:<r a="1"> 4:<t> </t> </r>', [], null],
    ['<x:r xmlns:x="u"><x:t>a</x:t></x:r>', '1:<r xmlns:x="u"> 1:<t> "a"</t> </r>', [], null],
    ['<r><t><![CDATA[a < b & c]]>d</t></r>', '1:<r> 1:<t> "a < b & cd"</t> </r>', [], null],
    ['<r><t>&lt;&amp;&#65;&#x42;</t></r>', '1:<r> 1:<t> "<&AB"</t> </r>', [], null],
    ['<r a="R&D x=1&y=2"/>', '1:<r a="R&D x=1&y=2"> </r>', ['A raw & is read as text (line 1) ×2'], null],
    ['<r a="&nbsp;"/>', '1:<r a="&nbsp;"> </r>', ['An unknown entity is read as text (line 1)'], null],
    ['<r>\n<t>a & b &</t></r>', '1:<r> 2:<t> "a & b &"</t> </r>', ['A raw & is read as text (line 2) ×2'], null],
    ['<r a="a < b" b=\'<c>\'/>', '1:<r a="a < b" b="<c>"> </r>', ['A raw < is read as text (line 1) ×2'], null],
    [
      '<r><t>List<String> 1 < 2</t></r>',
      '1:<r> 1:<t> "List<String> 1 < 2"</t> </r>',
      ['A raw < is read as text (line 1) ×2'],
      null,
    ],
    [
      '<r><t><b x="1">bold</b> <!-- c --></t></r>',
      '1:<r> 1:<t> "<b x=\\"1\\">bold</b> <!-- c -->"</t> </r>',
      ['A raw < is read as text (line 1) ×3'],
      null,
    ],
    [
      '<r a="only the "truthy" (x) one" b="fails "hard""/>',
      '1:<r a="only the \\"truthy\\" (x) one" b="fails \\"hard\\""> </r>',
      ['A raw quote in an attribute is read as text (line 1) ×4'],
      null,
    ],
    [
      "<r a='it's' b='x'/>",
      '1:<r a="it\'s" b="x"> </r>',
      ['A raw quote in an attribute is read as text (line 1)'],
      null,
    ],
    [
      '<r a="1" a="2"/>',
      '1:<r a="2"> </r>',
      ['Of an attribute that is given twice, the last one counts (line 1)'],
      null,
    ],
    [
      '<r a=1 b=x/><s a=2></s>',
      '1:<r a="1" b="x"> </r> 1:<s a="2"> </s>',
      ['An attribute has no quotes (line 1) ×3'],
      null,
    ],
    [
      '<r><t>a\u0001&#27;&#x0;\ud800</t></r>',
      '1:<r> 1:<t> "a\ufffd\ufffd\ufffd\ufffd"</t> </r>',
      ['4 characters that XML forbids are replaced by U+FFFD (line 1)'],
      null,
    ],
    [
      '<r><t>\n\u0001</t></r>',
      '1:<r> 1:<t> "\\n\ufffd"</t> </r>',
      ['A character that XML forbids is replaced by U+FFFD (line 2)'],
      null,
    ],
    ['<r><t>&#55357;&#56832; &#xD83D;&#xDE00; 😀</t></r>', '1:<r> 1:<t> "😀 😀 😀"</t> </r>', [], null],
    ['[INFO] <start> x & y\n<r/>\nBye <x>', '2:<r> </r>', ['Text outside of the report is left out (line 1) ×2'], null],
    ['<r/>\n<?xml version="1.0"?><s/>', '1:<r> </r> 2:<s> </s>', [], null],
    ['<wrap><r/><s/></wrap>', '1:<r> </r> 1:<s> </s>', ['Text outside of the report is left out (line 1) ×2'], null],
    [
      '<!DOCTYPE r [<!ENTITY a "x>y">]><r a="&a;"/>',
      '1:<r a="&a;"> </r>',
      ['An unknown entity is read as text (line 1)'],
      null,
    ],
    ['<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', '1:<r> </r>', [], null],
    ['<r>\n<t>half</r>', '1:<r> 2:<t> "half"</t> </r>', [], '<t> is not closed (line 2)'],
    [
      '<r></b><n></n></r>',
      '1:<r> 1:<n> </n> </r>',
      ['A raw < is read as text (line 1)', 'Text in <r> is left out (line 1)'],
      null,
    ],
    ['<r>loose<n/></r>', '1:<r> 1:<n> </n> </r>', ['Text in <r> is left out (line 1)'], null],
    ['<r><n <t>x</t></n></r>', '1:<r> 1:<n> 1:<t> "x"</t> </n> </r>', ['A tag has no end (line 1)'], null],
    ['<r><t>ab', '1:<r> 1:<t>', [], 'The file ends early, within <t> (line 1)'],
    ['<r>\n<n a="b', '1:<r>', [], 'The file ends early, within <n> (line 2)'],
    ['<r/><!-- never', '1:<r> </r>', [], 'The file ends early, within a comment or a declaration (line 1)'],
    ['', '', [], null],
    ['not XML & more', '', ['Text outside of the report is left out (line 1)'], null],
  ])('%s', (text, events, notes, cut) => {
    expect(read([text])).toEqual({ events, notes, cut })
    for (const size of [1, 2, 3, 7]) expect(read(pieces(text, size))).toEqual({ events, notes, cut })
  })

  it('is the same whatever the borders of its parts', () => {
    const token = fc.constantFrom(
      ...'<r> </r> <s a="1" <n> </n> <t> </t> <t/> /> > < & &amp; &am; &#x41; &#27; &#55357;&#56832; " \' = a= b=" \n <![CDATA[ ]]> ]] <!-- --> <? ?> <!DOCTYPE [ x 😀 \ud83d \u0001 <out> </out> </q> <q z=\'1\'>'.split(
        ' ',
      ),
      ' ',
    )
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (tokens, sizes) => {
          const text = `<r>${tokens.join('')}`
          const parts: string[] = []
          for (let at = 0, i = 0; at < text.length; i++) {
            const size = sizes[i % sizes.length] as number
            parts.push(text.slice(at, at + size))
            at += size
          }
          expect(read(parts)).toEqual(read([text]))
        },
      ),
      { numRuns: 5000 },
    )
  })

  it('that is well-formed is changed in nothing', () => {
    const name = fc.constantFrom('n', 't', 'out')
    const escaped = (text: string) => text.replace(/[<&"'>\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`)
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '<', '&', '"', "'", '>', ';', '\n', 'é', '😀', '=', '/') })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text, text)), (elements) => {
        const xml = `<r>${elements.map(([n, a, t]) => `<${n} a="${escaped(a)}">${n === 'n' ? '' : escaped(t)}</${n}>`).join('')}</r>`
        const expected = elements.map(([n, a, t]) => {
          const inside = n === 'n' || t === '' ? '' : JSON.stringify(t)
          return ` 1:<${n} a=${JSON.stringify(a)}> ${inside}</${n}>`
        })
        expect(read([xml])).toEqual({ events: `1:<r>${expected.join('')} </r>`, notes: [], cut: null })
      }),
    )
  })

  it('is cut where it is nested 1,000 deep', () => {
    const { events, cut } = read([`<r>\n${'<n>'.repeat(100_000)}`])
    expect([events.split(' ').length, cut]).toEqual([1000, 'Elements are nested more than 1000 levels deep (line 2)'])
  })

  it('is cut where a tag has more attributes than any tool writes', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `a${n}=""`).join(' ')
    expect(read([`<r ${many(1000)}/>`]).cut).toBe(null)
    const { events, cut } = read([`<r>\n<n/><n ${many(100_000)}/></r>`])
    expect([events, cut]).toEqual(['1:<r> 2:<n> </n>', 'A tag has more than 1000 attributes (line 2)'])
  })

  it('keeps no text without end', () => {
    const part = 'x'.repeat(1_048_576)
    const { events, notes } = read(['<r><t>', ...Array.from({ length: 20 }, () => part), '</t><t>y</t></r>'])
    expect([events.length < 17_000_000, events.endsWith('"y"</t> </r>'), notes]).toEqual([
      true,
      true,
      ['What a text has beyond 16777216 characters is left out (line 1)'],
    ])
  })
})

describe('the first element', () => {
  it.each<[string, string | undefined]>([
    ['\ufeff<?xml version="1.0"?>\n<!-- <x> --><!DOCTYPE r [<!ENTITY a "b">]>\n<p:r a="1">', 'r <p:r a="1">'],
    ['[INFO] <x>\n<s/>', 's <s/>'],
    ['<html><r>', 'html <html>'],
    ['{"a": "<r"}', undefined],
    ['', undefined],
  ])('%s', (head, expected) => {
    const found = firstElement(head, ['r', 's'])
    expect(found && `${found.name} ${found.tag}`).toBe(expected)
  })
})
