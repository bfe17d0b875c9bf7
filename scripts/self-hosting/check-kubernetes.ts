import { isDeepStrictEqual } from 'node:util'
import { findWrongSettings } from './check-settings.ts'
import { findWrongShape } from './schemas.ts'
import { readDocuments, type Value } from './yaml-documents.ts'

// The manifests have the shape that their kinds ask for, what they name exists, and the server takes their settings.

const FOLDER = 'docs/self-hosting/kubernetes'
const KUSTOMIZATION = 'kustomization.yaml'
const SECRETS = 'assay.env.example'

const has = (labels: Value, wanted: Value) =>
  Object.entries(wanted ?? {}).every(([name, value]) => labels?.[name] === value)

const settingsOf = (lines: readonly string[]) =>
  Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))

/** What the parts of one deployment say of each other. */
function findWrongDeployment({ metadata, spec }: Value, generated: ReadonlySet<string>): string[] {
  const { selector, template } = spec
  const volumes = new Set((template.spec.volumes ?? []).map(({ name }: Value) => name))
  const problems = has(template.metadata.labels, selector.matchLabels) ? [] : ['its selector does not find its pods']
  for (const { name, volumeMounts = [], envFrom = [], ports = [], ...probes } of template.spec.containers) {
    for (const mount of volumeMounts) if (!volumes.has(mount.name)) problems.push(`${name}: no volume ${mount.name}`)
    for (const { configMapRef, secretRef } of envFrom) {
      const wanted = configMapRef ? `config ${configMapRef.name}` : `secret ${secretRef?.name}`
      if (!generated.has(wanted)) problems.push(`${name}: no ${wanted}`)
    }
    for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      const port = probes[kind]?.httpGet?.port
      if (port !== undefined && !ports.some((each: Value) => each.name === port))
        problems.push(`${name}: no port ${port}`)
    }
  }
  return problems.map((problem) => `Deployment ${metadata.name}: ${problem}`)
}

/** What services, budgets and ingresses name and is not there. */
function findDangling(documents: Value[]): string[] {
  const of = (kind: string): Value[] => documents.filter((document) => document.kind === kind)
  const templates = of('Deployment').map(({ spec }) => spec.template)
  const problems: string[] = []
  for (const { metadata, spec } of of('Service')) {
    const found = templates.filter(({ metadata: { labels } }) => has(labels, spec.selector))
    const ports = new Set(
      found
        .flatMap(({ spec: { containers } }) => containers)
        .flatMap(({ ports = [] }) => ports.map(({ name }: Value) => name)),
    )
    for (const { targetPort } of spec.ports) {
      if (!ports.has(targetPort)) problems.push(`Service ${metadata.name}: no pod has the port ${targetPort}`)
    }
  }
  for (const { metadata, spec } of of('PodDisruptionBudget')) {
    const found = of('Deployment').find((each) => isDeepStrictEqual(each.spec.selector, spec.selector))
    if (found === undefined) problems.push(`PodDisruptionBudget ${metadata.name}: it is of no deployment`)
    else if (spec.minAvailable >= found.spec.replicas)
      problems.push(`PodDisruptionBudget ${metadata.name}: no pod may go`)
  }
  for (const { metadata, spec } of of('Ingress')) {
    for (const { backend } of spec.rules.flatMap(({ http }: Value) => http.paths)) {
      const { name, port } = backend.service
      const service = of('Service').find((each) => each.metadata.name === name)
      const isThere = service?.spec.ports.some((each: Value) => each.name === port.name || each.port === port.number)
      if (!isThere) problems.push(`Ingress ${metadata.name}: no service ${name} with that port`)
    }
  }
  return problems
}

/** What is wrong with the manifests, given the texts of their files by name. */
export function findWrongManifests(files: ReadonlyMap<string, string>): string[] {
  const problems: string[] = []
  const read = (name: string) => readDocuments(`${FOLDER}/${name}`, files.get(name) ?? '', problems)
  const [kustomization] = read(KUSTOMIZATION)
  const say = (problem: string) => problems.push(`${FOLDER}: ${problem}`)
  for (const problem of findWrongShape('Kustomization', kustomization)) say(`${KUSTOMIZATION}: ${problem}`)
  if (problems.length > 0) return problems
  const { resources, configMapGenerator = [], secretGenerator = [] } = kustomization
  for (const name of files.keys()) {
    const isListed = name === KUSTOMIZATION || name === SECRETS || resources.includes(name)
    if (!isListed) say(`${KUSTOMIZATION} leaves out ${name}`)
  }
  for (const name of resources) if (!files.has(name)) say(`${KUSTOMIZATION} names ${name}, which is not there`)
  const documents = resources.filter((name: string) => files.has(name)).flatMap(read)
  for (const document of documents) {
    for (const problem of findWrongShape(document.kind, document))
      say(`${document.kind} ${document.metadata?.name}: ${problem}`)
  }
  if (problems.length > 0) return problems
  const generated = new Set([
    ...configMapGenerator.map(({ name }: Value) => `config ${name}`),
    ...secretGenerator.map(({ name }: Value) => `secret ${name}`),
  ])
  for (const document of documents) {
    if (document.kind === 'Deployment') for (const problem of findWrongDeployment(document, generated)) say(problem)
  }
  for (const problem of findDangling(documents)) say(problem)
  const literals = configMapGenerator.flatMap(({ literals }: Value) => literals)
  const secrets = (files.get(SECRETS) ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  problems.push(...findWrongSettings(FOLDER, settingsOf([...literals, ...secrets])))
  return problems
}
