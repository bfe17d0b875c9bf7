import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectLinear } from '../../../../test-support/growth.ts'
import { lengthOf } from '../text.ts'
import { parametersOf, parseScenario } from './parse-scenario.ts'
import { filledLength, fillPlaceholders, valuesOf } from './placeholders.ts'

const rowsOf = (text: string) => parseScenario(text).rows.map((row) => ({ ...parametersOf(row) }))
const linesOf = (text: string) => parseScenario(text).steps.map(({ line }) => line)

/** The documented sample (contract §4.9): indented, a space behind `Examples:`, rows ending in `\n\r`. */
const SAMPLE =
  '  Scenario Outline: eating\n    Given there are <start> cucumbers\n    When I eat <eat> cucumbers\n' +
  '    Then I should have <left> cucumbers\n\n    Examples: \n      | start | eat | left |\n\r' +
  '      |    12 |   5 |    7 |\n\r      |    20 |   5 |   15 |\n\r'

describe('parseScenario', () => {
  it('finds the two rows and three steps of the documented sample', () => {
    expect(rowsOf(SAMPLE)).toEqual([
      { start: '12', eat: '5', left: '7' },
      { start: '20', eat: '5', left: '15' },
    ])
    expect(parseScenario(SAMPLE).steps).toEqual([
      { keyword: 'Given', line: 'Given there are <start> cucumbers' },
      { keyword: 'When', line: 'When I eat <eat> cucumbers' },
      { keyword: 'Then', line: 'Then I should have <left> cucumbers' },
    ])
  })

  it.each(['\n', '\r\n', '\n\r', '\r', '\n\n', '\r\r\n', ' \n\t'])('reads lines that end in %j alike', (end) => {
    const lines = SAMPLE.split('\n').map((line) => line.replaceAll('\r', ''))
    expect(parseScenario(lines.join(end))).toEqual(parseScenario(SAMPLE))
  })

  it('passes over headers, descriptions, comments, tags, doc strings and data tables of steps', () => {
    const text = `
      # language: en
      @smoke @fast
      Feature: shopping
        Given the name, this is a description and no step
        | neither | a table |
      Background:
        Given a shop
      Rule: first
        @one
        Scenario Outline: buy
          As a customer
          Given a <thing>
            | data | table |
            | is   | none  |
          When it is described
            """ text
            Given no step
            Examples:
            | no | table |
            """
          And noted
          \`\`\`
          Then no step
          \`\`\`
          Examples: cheap
            cheap things
            | Thing | Price |
            # half of them
            | apple | 1     |

            | pear  | 2     |
          @later
          Scenarios:
            | thing |
            | car   |
      Scenario: look
        * look
        But do not touch`
    expect(linesOf(text)).toEqual([
      'Given a shop',
      'Given a <thing>',
      'When it is described',
      'And noted',
      '* look',
      'But do not touch',
    ])
    expect(rowsOf(text)).toEqual([{ thing: 'apple', price: '1' }, { thing: 'pear', price: '2' }, { thing: 'car' }])
  })

  it('puts the steps of a Background first, wherever it stands', () => {
    expect(linesOf('Scenario: a\nGiven one\nBackground:\nGiven two\nExample: b\nThen three')).toEqual([
      'Given two',
      'Given one',
      'Then three',
    ])
  })

  it('reads cells as Gherkin does: trimmed, unescaped, "" where empty or missing', () => {
    const table =
      'Examples:\n|  A b | C\\|d | e |\n| x \\| y | \\\\ | a\\nb |\n| 1 |\n|| 2 ||\n| 1 | 2 | 3 | 4 |\n| \\x | no pipe | last'
    expect(rowsOf(table)).toEqual([
      { 'a b': 'x | y', 'c|d': '\\', e: 'a\nb' },
      { 'a b': '1', 'c|d': '', e: '' },
      { 'a b': '', 'c|d': '2', e: '' },
      { 'a b': '1', 'c|d': '2', e: '3' },
      { 'a b': '\\x', 'c|d': 'no pipe', e: 'last' },
    ])
  })

  it('keeps any header as a plain key', () => {
    const [row] = parseScenario('Examples:\n| __proto__ | constructor |\n| a | b |').rows
    expect(JSON.stringify(parametersOf(row as never))).toBe('{"__proto__":"a","constructor":"b"}')
  })

  it('finds no rows in a table that is only a header, and none outside of Examples', () => {
    expect(rowsOf('Scenario Outline: x\nGiven <a>\nExamples:\n| a |\n')).toEqual([])
    expect(rowsOf('Scenario: x\nGiven a\n| a |\n| 1 |\nExamples:\n| b |\n| 2 |\nThen c\n| d |\n| 3 |')).toEqual([
      { b: '2' },
    ])
  })

  it('takes steps without any header, and nothing of a text that is no Gherkin', () => {
    expect(linesOf('Given a\nWhen b')).toEqual(['Given a', 'When b'])
    expect(parseScenario('Buy milk.\nGivens and Then-abouts, **bold**, thengiven')).toEqual({ rows: [], steps: [] })
    expect(parseScenario(null)).toEqual({ rows: [], steps: [] })
    expect(linesOf('Given\n*\n"""\nThen c')).toEqual(['Given', '*', 'Then c'])
  })

  it('reads every text, as many rows as were written, in linear time', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\r', '\n', '|', '\\', '"""', '```', 'Examples:', 'Given ', 'Background:', '#', '@', '<a>'),
    )
    fc.assert(fc.property(fc.array(piece), (pieces) => void parseScenario(pieces.join(''))))
    const cell = fc.string().map((text) => text.replace(/[|\\\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), fc.constantFrom('\n', '\r\n', '\n\r', ' \r'), (cells, end) => {
        const text = ['Examples: ', '|a|B|', ...cells.map(([a, b]) => `|${a}|${b}|`)].join(end)
        expect(rowsOf(text)).toEqual(cells.map(([a, b]) => ({ a: a.trim(), b: b.trim() })))
      }),
    )
    for (const part of ['|', '|\n', '"""\n', '```\n"""\n', 'Given <', '\\', 'Examples:\n|\n', '\r', '<a>']) {
      const scenarioOf = (size: number) =>
        `Examples:\n|${'a|'.repeat(size / 8)}\n${part.repeat(Math.floor(size / part.length))}`
      await expectLinear(50_000, scenarioOf, parseScenario)
    }
  })
})

describe('placeholders', () => {
  it('are replaced without regard to case, once, and left alone where nothing is known', () => {
    const values = valuesOf('{"a":"<b>","b":"2","x y":"z"}')
    const line = 'Given <A> and <B>, <x Y>, <c>, <<b>>, < b >, <'
    expect(fillPlaceholders(line, values)).toBe('Given <b> and 2, z, <c>, <2>, < b >, <')
  })

  it('are counted before they are replaced', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(text, fc.constantFrom('<a>', '<A>', '<b>', '<', '>'))),
        text,
        text,
        (parts, a, b) => {
          const values = valuesOf(JSON.stringify({ a, b }))
          const line = parts.join('')
          expect(filledLength(line, values)).toBe(lengthOf(fillPlaceholders(line, values)))
        },
      ),
    )
  })
})
