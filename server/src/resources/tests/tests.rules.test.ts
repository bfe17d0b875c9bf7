import { describe, expect, it } from 'vitest'
import { oneElement, toBody } from '../../core/jsonapi/body.ts'
import { parseJson } from '../../core/jsonapi/lenient-json.ts'
import { createProblems } from '../../core/problems.ts'
import { mergeAutomatedFields } from './tests.rules.ts'

const PLACE = '/data/attributes/automated-fields'

/** What is stored after attributes, as JSON text, and the places of problems. */
function merge(stored: string, attributes: string) {
  const { sent } = oneElement(toBody(parseJson(Buffer.from(`{"data":{"attributes":${attributes}}}`))))
  const problems = createProblems()
  const text = mergeAutomatedFields(stored, sent, problems)
  return { text, pointers: problems.list.map(({ source }) => (source as { pointer: string }).pointer) }
}

const fields = (stored: string, sent: string) => merge(stored, `{"automated-fields":${sent}}`)

describe('automated fields (contract §4.9)', () => {
  it.each([
    ['not sent', '{"name":"x"}'],
    ['null', '{"automated-fields":null}'],
    ['empty', '{"automated-fields":{}}'],
  ])('stay as they are when %s', (_, attributes) => {
    const stored = '{"suite_path":"a"}'
    expect(merge(stored, attributes)).toEqual({ text: stored, pointers: [] })
  })

  it('are all eight, in the order of the contract', () => {
    const all = [
      '"automated_test_design":"a"',
      '"script_repository":"b"',
      '"num_of_results":3',
      '"suite_path":"c"',
      '"client_type":"d"',
      '"script_path":"e"',
      '"results_path":"f"',
      '"script_name":"g"',
    ]
    expect(fields('{}', `{${all.toReversed().join()}}`)).toEqual({ text: `{${all.join()}}`, pointers: [] })
  })

  it.each([
    ['merge', '{"suite_path":"a","client_type":"b"}', '{"client_type":"c"}', '{"suite_path":"a","client_type":"c"}'],
    ['are put in order', '{"script_name":"a"}', '{"suite_path":"b"}', '{"suite_path":"b","script_name":"a"}'],
    ['are cleared by null', '{"suite_path":"a","num_of_results":1}', '{"suite_path":null}', '{"num_of_results":1}'],
    ['are cleared by null where there are none', '{}', '{"suite_path":null}', '{}'],
    ['may have a number cleared', '{"num_of_results":1}', '{"num_of_results":null}', '{}'],
    ['ignore unknown keys', '{}', '{"colour":"red","__proto__":"x","constructor":{}}', '{}'],
    ['ignore what unknown keys hold', '{}', '{"colour":{"a":[1]},"suite_path":"a"}', '{"suite_path":"a"}'],
    ['come in any spelling', '{}', '{"Suite-Path":"a","CLIENT_TYPE":"b"}', '{"suite_path":"a","client_type":"b"}'],
    ['twice in two spellings: the last wins', '{}', '{"suite_path":"a","suite-path":"b"}', '{"suite_path":"b"}'],
    ['keep the text of a number', '{}', '{"suite_path":2.0,"script_name":5}', '{"suite_path":"2.0","script_name":"5"}'],
    ['keep a boolean as text', '{}', '{"client_type":false}', '{"client_type":"false"}'],
    ['are not trimmed', '{}', '{"script_path":" ä\\\\b 😀 "}', '{"script_path":" ä\\\\b 😀 "}'],
  ])('%s', (_, stored, sent, text) => {
    expect(fields(stored, sent)).toEqual({ text, pointers: [] })
  })

  it.each([
    ['3', 3],
    ['0', 0],
    ['"3"', 3],
    ['3.0', 3],
    ['"8e1"', 80],
    ['-1', -1],
  ])('take %s as a number of results', (sent, number) => {
    expect(fields('{}', `{"num_of_results":${sent}}`)).toEqual({ text: `{"num_of_results":${number}}`, pointers: [] })
  })

  it.each(['1.5', '"many"', 'true', '{}', '[3]'])('do not take %s as a number of results', (sent) => {
    expect(fields('{"num_of_results":2}', `{"num_of_results":${sent}}`).pointers).toEqual([`${PLACE}/num_of_results`])
  })

  it.each(['"a"', '7', 'true', '[]', '[{"suite_path":"a"}]'])('are not %s', (sent) => {
    expect(fields('{"suite_path":"a"}', sent)).toEqual({ text: '{"suite_path":"a"}', pointers: [PLACE] })
  })

  it('name every text that is an object or array, by the key as it was sent', () => {
    const { pointers } = fields('{}', '{"Suite-Path":{},"client_type":["a"],"script_name":"b"}')
    expect(pointers).toEqual([`${PLACE}/Suite-Path`, `${PLACE}/client_type`])
  })
})
