import { readEntityName } from '../kinds.ts'
import { MAX_QUERY } from '../limits.ts'
import { lengthOf } from '../text.ts'
import { errorIn, type Span } from './ptql-error.ts'
import type { Literal, Operation, Query, Unit } from './syntax.ts'
import { type Token, tokenize } from './tokenize.ts'

const UNITS: readonly Unit[] = ['minute', 'hour', 'day', 'week', 'month', 'year']
const ORDER = ['<', '<=', '>', '>='] as const

/**
 * Parses a query by the grammar of contract §2, one function a rule. Throws a PtqlError that says what was expected
 * and what was found. Names and values are not looked up.
 */
export function parse(query: string): Query {
  if (lengthOf(query) > MAX_QUERY.characters) {
    throw errorIn(query, { position: MAX_QUERY.characters, text: '' }, tooLong)
  }
  const tokens = tokenize(query)
  let next = 0
  let nesting = 0

  const peek = (ahead = 0) => tokens[Math.min(next + ahead, tokens.length - 1)] as Token
  const take = () => tokens[Math.min(next++, tokens.length - 1)] as Token
  const at = (token: Token): Span => ({ position: token.position, text: token.text })
  const is = (value: string, token = peek()) =>
    (token.kind === 'keyword' || token.kind === 'symbol') && token.value === value
  const accept = (...values: string[]) => (values.some((value) => is(value)) ? take() : undefined)
  const found = (token: Token) => (token.kind === 'end' ? 'the end of the query' : token.text)
  const expected = (what: string, token = peek()) =>
    errorIn(query, at(token), `expected ${what}, found ${found(token)}`)
  const expect = (value: string, what = value) => {
    if (!is(value)) throw expected(what)
    return take()
  }

  function nested<T>(token: Token, read: () => T): T {
    if (++nesting > MAX_QUERY.nesting) {
      throw errorIn(query, at(token), `the query is nested deeper than ${MAX_QUERY.nesting} levels`)
    }
    const result = read()
    nesting--
    return result
  }

  function chain(kind: 'and' | 'or', word: string, part: () => Query): Query {
    const parts = [part()]
    while (accept(word)) parts.push(part())
    return parts.length === 1 ? (parts[0] as Query) : { kind, parts }
  }

  const expr = (): Query => chain('or', 'OR', term)
  const term = (): Query => chain('and', 'AND', factor)

  function factor(): Query {
    const token = peek()
    if (accept('NOT')) return nested(token, () => ({ kind: 'not', part: factor() }))
    if (is('(')) return parenthesised()
    if (accept('LINKED')) return linked()
    if (accept('VIEW')) return view(token)
    return comparison()
  }

  function parenthesised(): Query {
    return nested(expect('('), () => {
      const inner = expr()
      expect(')', '")", AND or OR')
      return inner
    })
  }

  function linked(): Query {
    expect('TO')
    const token = take()
    const name = token.kind === 'word' || token.kind === 'string' ? readEntityName(token.value) : undefined
    if (name === undefined) throw expected('Test, Requirement, Issue, Milestone or TestSet', token)
    const second = peek()
    const isSet = token.kind === 'word' && name === 'Test' && second.kind === 'word' && /^sets?$/i.test(second.value)
    if (isSet) take()
    const entity = isSet ? 'TestSet' : name
    if (!accept('WHERE')) return { kind: 'linked', entity, at: at(token) }
    return { kind: 'linked', entity, at: at(token), where: parenthesised() }
  }

  function view(start: Token): Query {
    if (accept('#')) return { kind: 'view', at: at(start), id: integer() }
    const path = [viewName()]
    while (accept('/')) path.push(viewName())
    return { kind: 'view', at: at(start), path }
  }

  function viewName() {
    const token = take()
    if (token.kind !== 'string') throw expected('# and the id of a filter, or its name in quotes', token)
    return { name: token.value, at: at(token) }
  }

  function comparison(): Query {
    const token = take()
    if (token.kind !== 'string' && token.kind !== 'word' && token.kind !== 'cfkey') {
      throw expected(next === 1 ? 'a condition' : 'a field, NOT, LINKED TO, VIEW or "("', token)
    }
    const field = { ...at(token), name: token.value }
    const operator = peek()
    const negated = Boolean(accept('NOT'))
    return { kind: 'comparison', field, at: at(operator), ...operation(negated, token) }
  }

  function operation(negated: boolean, field: Token): { operation: Operation; negated: boolean } {
    const token = take()
    const is = (...values: string[]) =>
      (token.kind === 'symbol' || token.kind === 'keyword') && values.includes(token.value)
    if (is('CONTAINS', 'LIKE')) {
      return { negated, operation: { op: token.value as 'LIKE', value: value() } }
    }
    if (is('IN')) return { negated, operation: inOperation() }
    if (is('BETWEEN')) {
      const from = value()
      expect('AND', 'AND and the upper bound')
      return { negated, operation: { op: 'BETWEEN', from, to: value() } }
    }
    if (negated) throw expected('IN, CONTAINS, LIKE or BETWEEN after NOT', token)
    if (is('=')) return { negated, operation: { op: '=', value: value() } }
    if (is('!=', '<>')) return { negated: true, operation: { op: '=', value: value() } }
    const order = ORDER.find((symbol) => is(symbol))
    if (order !== undefined) return { negated, operation: { op: order, value: value() } }
    if (is('IS')) {
      const not = Boolean(accept('NOT'))
      if (!accept('EMPTY', 'NULL')) throw expected('EMPTY or NULL')
      return { negated: not, operation: { op: 'EMPTY' } }
    }
    const words = field.kind === 'word' && (token.kind === 'word' || token.kind === 'keyword')
    const hint = words ? `; quote a field name of several words: "${field.text} ${token.text}"` : ''
    throw errorIn(query, at(token), `expected an operator after ${field.text}, found ${found(token)}${hint}`)
  }

  function inOperation(): Operation {
    const direction = accept('LAST', 'NEXT')
    if (direction) {
      const count = integer()
      const token = take()
      const unit = UNITS.find((word) => token.kind === 'word' && [word, `${word}s`].includes(token.value.toLowerCase()))
      if (unit === undefined) throw expected('minutes, hours, days, weeks, months or years', token)
      return { op: direction.value as 'LAST', count, unit }
    }
    expect('(', '"(" and a list of values, LAST or NEXT')
    const values = [value()]
    while (accept(',')) values.push(value())
    expect(')', '"," or ")"')
    return { op: 'IN', values }
  }

  function integer(): number {
    const token = take()
    if (token.kind !== 'number' || !/^\d+$/.test(token.value)) throw expected('a whole number', token)
    return Number(token.value)
  }

  function value(): Literal {
    const token = take()
    const kind = token.kind === 'keyword' ? token.value : token.kind
    if (!VALUES.has(kind)) throw expected('a value', token)
    return { kind: kind as Literal['kind'], value: token.value, ...at(token) }
  }

  const result = expr()
  if (peek().kind !== 'end') throw expected('AND, OR or the end of the query')
  return result
}

const VALUES = new Set(['string', 'number', 'date', 'word', 'TRUE', 'FALSE', 'CURRENT_USER', 'TODAY', 'NOW'])
const tooLong = `a query has at most ${MAX_QUERY.characters} characters`
