import { findWrongSettings } from './check-settings.ts'
import { findWrongShape } from './schemas.ts'
import { readDocuments, type Value } from './yaml-documents.ts'

// The services have the shape that Compose asks for, what they name exists, and the server takes their settings.

/** Values that the operator gives: `${NAME:?what to do}`. */
const filledIn = (text: string) => text.replaceAll(/\$\{[A-Z_]+:\?[^}]*\}/g, 'given')

interface Files {
  path: string
  text: string
  /** The configuration of Prometheus. */
  prometheus: string
  /** Whether a file of the folder, or of the checkout, is there. */
  exists(path: string): boolean
}

/** What services name and is not there. */
function findDangling({ services, volumes = {}, configs = {} }: Value, exists: Files['exists']): string[] {
  const problems: string[] = []
  for (const [name, service] of Object.entries<Value>(services)) {
    const say = (problem: string) => problems.push(`${name}: ${problem}`)
    const { depends_on: needed = [], volumes: mounts = [], configs: sources = [], build } = service
    for (const [other, wait] of Array.isArray(needed) ? needed.map((each) => [each]) : Object.entries<Value>(needed)) {
      if (!(other in services)) say(`there is no service ${other}`)
      else if (wait?.condition === 'service_healthy' && !services[other].healthcheck) say(`${other} has no healthcheck`)
    }
    for (const mount of mounts) {
      const [source = ''] = mount.split(':')
      if (source.startsWith('.') ? !exists(source) : !(source in volumes)) say(`there is no volume ${source}`)
    }
    for (const { source } of sources) if (!(source in configs)) say(`there is no config ${source}`)
    if (build && !exists(`${build.context}/${build.dockerfile}`)) say(`there is no ${build.dockerfile}`)
  }
  return problems
}

/** Where Prometheus looks for what no service offers. */
function findWrongTargets(path: string, text: string, nodes: readonly string[], problems: string[]): string[] {
  const [{ scrape_configs: jobs = [] } = {}] = readDocuments(path, text, problems) as Value[]
  const targets = jobs.flatMap(({ static_configs: all }: Value) => all.flatMap(({ targets }: Value) => targets))
  return [targets.filter((each: string) => !nodes.includes(each)), nodes.filter((each) => !targets.includes(each))]
    .flat()
    .map((each) => `Prometheus and the nodes do not agree on ${each}`)
}

/** What is wrong with the services of `compose.yaml`. */
export function findWrongServices({ path, text, prometheus, exists }: Files): string[] {
  const problems: string[] = []
  const [document] = readDocuments(path, text, problems)
  const say = (problem: string) => problems.push(`${path}: ${problem}`)
  for (const problem of findWrongShape('Compose', document)) say(problem)
  if (problems.length > 0) return problems
  for (const problem of findDangling(document, exists)) say(problem)
  const nodes = Object.entries<Value>(document.services).filter(([, { image }]) => image === 'assay')
  if (nodes.length !== 3) say(`there are ${nodes.length} nodes, not 3`)
  for (const [, { environment }] of nodes.slice(0, 1)) {
    const given = Object.entries<Value>(environment).map(([name, value]) => [name, filledIn(value)])
    problems.push(...findWrongSettings(path, Object.fromEntries(given)))
  }
  const proxied = JSON.stringify(document.configs)
  for (const [name] of nodes) if (!proxied.includes(`${name}:3000`)) say(`the proxy leaves out ${name}`)
  const metrics = nodes.map(
    ([name, { environment }]) => `${name}:${String(environment.ASSAY_METRICS_LISTEN).split(':').at(-1)}`,
  )
  for (const problem of findWrongTargets('prometheus.yaml', prometheus, metrics, problems)) say(problem)
  return problems
}
