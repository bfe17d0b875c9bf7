import { child, children, isTree, nodesOf, type Tree, text, words } from './sql-tree.ts'

/** A table or subquery in the FROM of a statement. */
interface Source {
  alias: string
  /** Its name, when it is a table. */
  table?: string
  /** Whether its `project_id` is one that a parameter or constant names. */
  bound: boolean
}

interface Scope {
  sources: Source[]
  /** Subqueries of a WITH, by name. */
  named: ReadonlySet<string>
  outer: Scope | undefined
}

/** That one source's project is that of another, or (no `like`) one that a parameter or constant names. */
interface Fact {
  source: Source
  like?: Source
}

/** Which tables belong to a project. */
export type IsOfProject = (table: string) => boolean

const BOUND = 'bound'

/** `a = b`, `a in (b, c)`, `a = any(b)`. */
const EQUAL = new Set(['AEXPR_OP', 'AEXPR_IN', 'AEXPR_OP_ANY'])

/** The source whose project a column names: `project_id` of any, `id` of `projects`. */
function sourceOf(reference: Tree, scope: Scope | undefined, isOfProject: IsOfProject): Source | undefined {
  if (scope === undefined) return undefined
  const names = words(children(reference, 'fields'))
  const [column = '', qualifier] = names.reverse()
  const found = scope.sources.find((source) => {
    if (qualifier !== undefined && source.alias !== qualifier) return false
    if (source.table === 'projects') return column === 'id' && qualifier !== undefined
    return column === 'project_id' && (source.table === undefined || isOfProject(source.table))
  })
  return found ?? sourceOf(reference, scope.outer, isOfProject)
}

function isConstant(node: Tree | undefined): boolean {
  if (node === undefined) return false
  if (child(node, 'ParamRef') || child(node, 'A_Const')) return true
  const cast = child(node, 'TypeCast')
  if (cast) return isConstant(child(cast, 'arg'))
  const list = children(child(node, 'List'), 'items')
  return list.length > 0 && list.every(isConstant)
}

/** What a condition says about the projects of sources, when it holds. */
function factsOf(condition: Tree | undefined, scope: Scope, isOfProject: IsOfProject): Fact[] {
  if (condition === undefined) return []
  const bool = child(condition, 'BoolExpr')
  if (bool) {
    const parts = children(bool, 'args').map((part) => factsOf(part, scope, isOfProject))
    if (text(bool, 'boolop') === 'AND_EXPR') return parts.flat()
    if (text(bool, 'boolop') !== 'OR_EXPR') return []
    const [first = [], ...rest] = parts
    return first.filter(
      (fact) =>
        fact.like === undefined &&
        rest.every((part) => part.some((f) => f.source === fact.source && f.like === undefined)),
    )
  }
  const expression = child(condition, 'A_Expr')
  if (!EQUAL.has(text(expression, 'kind')) || words(children(expression, 'name'))[0] !== '=') return []
  const side = (key: string): Source | typeof BOUND | undefined => {
    const node = child(expression, key)
    const reference = child(node, 'ColumnRef')
    if (!reference) return isConstant(node) ? BOUND : undefined
    const source = sourceOf(reference, scope, isOfProject)
    // What the query around a subquery says is nothing to a cluster, which plans the subquery by itself.
    return source !== undefined && scope.sources.includes(source) ? source : undefined
  }
  const [left, right] = [side('lexpr'), side('rexpr')]
  if (left === undefined || right === undefined || left === right) return []
  if (left === BOUND) return right === BOUND ? [] : [{ source: right }]
  if (right === BOUND) return [{ source: left }]
  return [
    { source: left, like: right },
    { source: right, like: left },
  ]
}

/**
 * The tables of a project that a parsed statement reads or writes without saying of which project: their
 * `project_id` is neither compared with a parameter or constant, nor with that of a table that is. Empty: all of it
 * goes to one project (or to those named).
 */
export function unscopedTables(statement: Tree, isOfProject: IsOfProject): string[] {
  const problems: string[] = []

  function query(node: Tree, outer: Scope | undefined, given: { targets?: Tree[]; from?: Tree[] } = {}): void {
    for (const side of ['larg', 'rarg']) {
      const part = child(node, side)
      if (part) query(part, outer)
    }
    const scope: Scope = { sources: [], named: withs(node, outer), outer }
    const facts: Fact[] = []
    for (const target of given.targets ?? []) take({ RangeVar: target }, scope, facts)
    for (const item of given.from ?? children(node, 'fromClause')) take(item, scope, facts)
    facts.push(...factsOf(child(node, 'whereClause'), scope, isOfProject))
    settle(facts)
    for (const { table, alias, bound } of scope.sources) {
      if (table !== undefined && isOfProject(table) && !bound)
        problems.push(alias === table ? table : `${table} ${alias}`)
    }
    for (const [key, value] of Object.entries(node)) {
      if (['larg', 'rarg', 'withClause'].includes(key)) continue
      for (const link of nodesOf(value, 'SubLink')) nested(child(link, 'subselect'), scope)
    }
  }

  /** Names of the WITH queries that can be read here, each of which is checked. */
  function withs(node: Tree, outer: Scope | undefined): ReadonlySet<string> {
    const named = new Set(outer?.named)
    for (const item of children(child(node, 'withClause'), 'ctes')) {
      const expression = child(item, 'CommonTableExpr')
      named.add(text(expression, 'ctename'))
      nested(child(expression, 'ctequery'), { sources: [], named, outer })
    }
    return named
  }

  function nested(node: Tree | undefined, scope: Scope | undefined): void {
    if (node) visit(node, scope)
  }

  /** Notes what a FROM item brings, with what its joins say; answers its sources. */
  function take(item: Tree, scope: Scope, facts: Fact[]): Source[] {
    const variable = child(item, 'RangeVar')
    if (variable) {
      const table = text(variable, 'relname')
      const alias = text(child(variable, 'alias'), 'aliasname') || table
      const source: Source = scope.named.has(table) ? { alias, bound: true } : { alias, table, bound: false }
      scope.sources.push(source)
      return [source]
    }
    const subquery = child(item, 'RangeSubselect')
    if (subquery) {
      const before = problems.length
      nested(child(subquery, 'subquery'), subquery.lateral === true ? scope : scope.outer)
      const source = { alias: text(child(subquery, 'alias'), 'aliasname'), bound: problems.length === before }
      scope.sources.push(source)
      return [source]
    }
    const join = child(item, 'JoinExpr')
    if (!join) return []
    const left = take(child(join, 'larg') ?? {}, scope, facts)
    const right = take(child(join, 'rarg') ?? {}, scope, facts)
    const said = factsOf(child(join, 'quals'), scope, isOfProject)
    // What the condition of an outer join says narrows only the side that may be absent.
    facts.push(...said.filter(({ source }) => text(join, 'jointype') === 'JOIN_INNER' || right.includes(source)))
    return [...left, ...right]
  }

  function settle(facts: readonly Fact[]): void {
    for (let changed = true; changed; ) {
      changed = false
      for (const { source, like } of facts) {
        if (source.bound || (like !== undefined && !like.bound)) continue
        source.bound = true
        changed = true
      }
    }
  }

  function visit(node: Tree, outer: Scope | undefined): void {
    const select = child(node, 'SelectStmt')
    if (select) query(select, outer)
    const update = child(node, 'UpdateStmt')
    const target = child(update ?? child(node, 'DeleteStmt') ?? child(node, 'InsertStmt'), 'relation')
    if (update) query(update, outer, { targets: target ? [target] : [], from: children(update, 'fromClause') })
    const removal = child(node, 'DeleteStmt')
    if (removal) query(removal, outer, { targets: target ? [target] : [], from: children(removal, 'usingClause') })
    const insert = child(node, 'InsertStmt')
    if (!insert) return
    const columns = children(insert, 'cols').map((column) => text(child(column, 'ResTarget'), 'name'))
    const table = text(target, 'relname')
    if (isOfProject(table) && !columns.includes('project_id')) problems.push(table)
    nested(child(insert, 'selectStmt'), { sources: [], named: withs(insert, outer), outer })
  }

  visit(statement, undefined)
  return problems
}

const isFalse = (node: Tree | undefined): boolean => {
  const constant = child(node, 'A_Const')
  return constant !== undefined && 'boolval' in constant && child(constant, 'boolval')?.boolval !== true
}

/** Two constants that are compared, or `false`: what a planner decides without looking at a row. */
function decidesNothing(condition: Tree): boolean {
  const bool = child(condition, 'BoolExpr')
  if (bool) return children(bool, 'args').some(decidesNothing)
  const expression = child(condition, 'A_Expr')
  if (expression === undefined) return isFalse(condition)
  const [left, right] = ['lexpr', 'rexpr'].map((key) => child(child(child(expression, key), 'A_Const'), 'ival'))
  return left !== undefined && right !== undefined && left.ival !== right.ival
}

/**
 * What Citus would refuse or misread in a parsed statement that goes to one project: a condition that is false whatever
 * a row holds, for then the table is planned away and the project with it; and rows locked inside a subquery.
 */
export function refusedByCluster(statement: Tree): string[] {
  const problems: string[] = []
  const look = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) for (const member of value) look(member, depth)
    if (!isTree(value)) return
    const where = child(value, 'whereClause')
    if (where && decidesNothing(where)) problems.push('a condition that is always false')
    if (depth > 0 && children(value, 'lockingClause').length > 0) problems.push('rows locked in a subquery')
    for (const [key, held] of Object.entries(value)) look(held, key === 'SubLink' ? depth + 1 : depth)
  }
  look(statement, 0)
  return problems
}

/** The statements of a parse, each as the node of its kind. */
export function statementsOf(parsed: object): Tree[] {
  return children({ ...parsed }, 'stmts').flatMap((entry): Tree[] => {
    const statement = child(entry, 'stmt')
    return statement ? [statement] : []
  })
}
