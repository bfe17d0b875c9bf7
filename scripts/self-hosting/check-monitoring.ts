import type { Registry } from 'prom-client'
import { TALLIES } from '../../server/src/core/tally.ts'
import type { Database } from '../../server/src/db/handle.ts'
import { createMetrics } from '../../server/src/http/metrics.ts'
import { readSelectors, type Selector } from './promql.ts'
import { readDocuments, type Value } from './yaml-documents.ts'

// Dashboard, alert rules and runbooks name what the server tells of, and nothing else.

/** The labels of every series; those that Prometheus adds are on all of them. */
type Series = ReadonlyMap<string, ReadonlySet<string>>

const ADDED = ['job', 'instance']

/** Every series that a server on PostgreSQL with a replica can have. Nothing is asked of its database. */
export function listSeries(): Series {
  const database = { hasReplica: true, read: { dialect: { name: 'postgres' } } } as unknown as Database
  const { registry } = createMetrics(database, async () => ({ due: 0, seconds: 0 })) as { registry: Registry }
  const series = new Map<string, Set<string>>([['up', new Set(ADDED)]])
  for (const metric of registry.getMetricsAsArray()) {
    const { name, labelNames = [] } = metric as { name: string; labelNames?: string[] }
    const parts = 'upperBounds' in metric ? ['_bucket', '_sum', '_count'] : ['']
    for (const part of parts) {
      series.set(`${name}${part}`, new Set([...ADDED, ...labelNames, ...(part === '_bucket' ? ['le'] : [])]))
    }
  }
  return series
}

/** What is wrong with a selector: no such series, no such label, or a value that is never told of. */
function wrongSelector({ metric, labels }: Selector, series: Series): string[] {
  const known = series.get(metric)
  if (known === undefined) return [`the server has no metric ${metric}`]
  return labels.flatMap(({ name, operator, value }) => {
    if (!known.has(name)) return [`${metric} has no label ${name}`]
    const tally = metric in TALLIES ? TALLIES[metric as keyof typeof TALLIES] : undefined
    if (tally === undefined || name !== tally.label) return []
    const values: readonly string[] = tally.values
    const asked = operator.endsWith('~') ? value.split('|') : [value]
    return asked.filter((each) => !values.includes(each)).map((each) => `${metric} never has ${name}="${each}"`)
  })
}

/** What is wrong with an expression of PromQL. */
export function findWrongExpression(expression: string, series: Series): string[] {
  try {
    return readSelectors(expression).flatMap((selector) => wrongSelector(selector, series))
  } catch (error) {
    return [(error as Error).message]
  }
}

const SEVERITIES = ['page', 'ticket']

/** What is wrong with the rules: expressions, what an alert must say, and that each has its runbook and the reverse. */
export function findWrongAlerts(path: string, text: string, runbooks: string, series: Series): string[] {
  const problems: string[] = []
  const [document] = readDocuments(path, text, problems)
  const rules: Value[] = (document?.groups ?? []).flatMap((group: Value) => group.rules ?? [])
  if (rules.length === 0) problems.push(`${path}: there is no rule`)
  for (const { alert, expr, for: wait, labels, annotations } of rules) {
    const say = (problem: string) => problems.push(`${path}: ${alert}: ${problem}`)
    for (const problem of findWrongExpression(String(expr), series)) say(problem)
    if (!/^\d+[smh]$/.test(wait)) say('"for" must be a duration')
    if (!SEVERITIES.includes(labels?.severity)) say(`severity must be ${SEVERITIES.join(' or ')}`)
    for (const name of ['summary', 'description']) if (!annotations?.[name]) say(`there is no ${name}`)
    if (!String(annotations?.runbook_url).endsWith(`/docs#description/${String(alert).toLowerCase()}`)) {
      say('runbook_url must lead to the heading of its name')
    }
    if (!runbooks.includes(`\n## ${alert}\n`)) say('docs/runbooks.md has no such heading')
  }
  const alerts = new Set(rules.map(({ alert }) => alert))
  for (const [, heading] of runbooks.matchAll(/^## (.+)$/gm)) {
    if (!alerts.has(heading)) problems.push(`docs/runbooks.md: ${heading} is no alert`)
  }
  for (const [name] of runbooks.matchAll(/\b(?:assay|nodejs|process)_[a-z\d_]+/g)) {
    if (!series.has(name)) problems.push(`docs/runbooks.md: the server has no metric ${name}`)
  }
  return problems
}

/** What Grafana puts in for its variables. */
const filledIn = (expression: string) =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', 'node-1')

/** What is wrong with the dashboard: what its panels ask for, and whether they say what they show. */
export function findWrongPanels(path: string, text: string, series: Series): string[] {
  const problems: string[] = []
  const { panels, uid, schemaVersion, templating } = JSON.parse(text) as Value
  if (typeof uid !== 'string' || typeof schemaVersion !== 'number') problems.push(`${path}: no uid or schemaVersion`)
  const ids = new Set(panels.map(({ id }: Value) => id))
  if (ids.size !== panels.length) problems.push(`${path}: two panels have the same id`)
  const variables = new Set(templating.list.map(({ name }: Value) => name))
  for (const { type, title, description, datasource, gridPos, targets = [] } of panels) {
    const say = (problem: string) => problems.push(`${path}: ${title}: ${problem}`)
    if (!title || gridPos === undefined || gridPos.x + gridPos.w > 24) say('there is no title, or no place')
    if (type === 'row') continue
    if (!description) say('there is no description')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
    if (datasource?.uid !== '${datasource}' || !variables.has('datasource')) say('the data source must be a choice')
    if (targets.length === 0) say('it shows nothing')
    for (const { expr } of targets) for (const problem of findWrongExpression(filledIn(expr), series)) say(problem)
  }
  return problems
}
