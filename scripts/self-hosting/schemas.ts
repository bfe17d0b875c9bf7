import { Ajv, type ErrorObject } from 'ajv'

// What the kinds of Kubernetes and the parts of Compose that our files use must have and may have, as their own
// references say: a mistyped key is refused, as a cluster with strict validation would.

const text = { type: 'string', minLength: 1 }
const number = { type: 'integer', minimum: 0 }
const bool = { type: 'boolean' }
const list = (items: object) => ({ type: 'array', items, minItems: 1 })
const texts = { type: 'object', additionalProperties: { type: 'string' } }
const map = (value: object) => ({ type: 'object', additionalProperties: value })
const args = { type: 'array', items: { type: 'string' } }

/** An object with these keys and no others; a name that ends in `!` is required. */
function shape(keys: Record<string, object>): object {
  const names = Object.keys(keys).map((key) => [key.replace('!', ''), keys[key] as object] as const)
  const required = Object.keys(keys).flatMap((key) => (key.endsWith('!') ? [key.slice(0, -1)] : []))
  return { type: 'object', properties: Object.fromEntries(names), required, additionalProperties: false }
}

const metadata = shape({
  'name!': { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' },
  labels: texts,
  annotations: texts,
})
const selector = shape({ 'matchLabels!': texts })
const seconds = { periodSeconds: number, timeoutSeconds: number, failureThreshold: number }
const port = { type: ['string', 'integer'] }
const probe = shape({
  httpGet: shape({ 'path!': text, 'port!': port }),
  exec: shape({ 'command!': list(text) }),
  ...seconds,
})
const reference = shape({ 'name!': text })

const container = shape({
  'name!': text,
  'image!': text,
  args,
  envFrom: list(shape({ configMapRef: reference, secretRef: reference })),
  ports: list(shape({ 'name!': text, 'containerPort!': number })),
  startupProbe: probe,
  'readinessProbe!': probe,
  livenessProbe: probe,
  lifecycle: shape({ preStop: shape({ sleep: shape({ 'seconds!': number }) }) }),
  'resources!': shape({ 'requests!': texts, 'limits!': texts }),
  'securityContext!': shape({
    'allowPrivilegeEscalation!': { const: false },
    'readOnlyRootFilesystem!': { const: true },
    'capabilities!': shape({ 'drop!': { const: ['ALL'] } }),
  }),
  volumeMounts: list(shape({ 'name!': text, 'mountPath!': text })),
})

const pod = shape({
  automountServiceAccountToken: bool,
  terminationGracePeriodSeconds: number,
  'securityContext!': shape({
    'runAsNonRoot!': { const: true },
    'runAsUser!': { type: 'integer', minimum: 1 },
    runAsGroup: number,
    fsGroup: number,
    'seccompProfile!': shape({ 'type!': { const: 'RuntimeDefault' } }),
  }),
  topologySpreadConstraints: list(
    shape({
      'maxSkew!': number,
      'topologyKey!': text,
      'whenUnsatisfiable!': { enum: ['DoNotSchedule', 'ScheduleAnyway'] },
      labelSelector: selector,
    }),
  ),
  'containers!': list(container),
  volumes: list(shape({ 'name!': text, emptyDir: shape({ sizeLimit: text }) })),
})

const rolling = shape({ maxUnavailable: port, maxSurge: port })
const deployment = shape({
  'replicas!': number,
  'selector!': selector,
  strategy: shape({ rollingUpdate: rolling }),
  'template!': shape({ 'metadata!': shape({ 'labels!': texts, annotations: texts }), 'spec!': pod }),
})
const service = shape({
  'selector!': texts,
  'ports!': list(shape({ 'name!': text, 'port!': number, 'targetPort!': port })),
})
const backend = shape({ 'service!': shape({ 'name!': text, 'port!': shape({ name: text, number }) }) })
const path = shape({
  'path!': text,
  'pathType!': { enum: ['Prefix', 'Exact', 'ImplementationSpecific'] },
  'backend!': backend,
})
const ingress = shape({
  ingressClassName: text,
  tls: list(shape({ 'hosts!': list(text), 'secretName!': text })),
  'rules!': list(shape({ 'host!': text, 'http!': shape({ 'paths!': list(path) }) })),
})

const kind = (apiVersion: string, name: string, spec?: object) =>
  shape({
    'apiVersion!': { const: apiVersion },
    'kind!': { const: name },
    'metadata!': metadata,
    ...(spec ? { 'spec!': spec } : {}),
  })

const KINDS: Record<string, object> = {
  Namespace: kind('v1', 'Namespace'),
  Deployment: kind('apps/v1', 'Deployment', deployment),
  Service: kind('v1', 'Service', service),
  PodDisruptionBudget: kind(
    'policy/v1',
    'PodDisruptionBudget',
    shape({ 'minAvailable!': port, 'selector!': selector }),
  ),
  Ingress: kind('networking.k8s.io/v1', 'Ingress', ingress),
  Kustomization: shape({
    'apiVersion!': { const: 'kustomize.config.k8s.io/v1beta1' },
    'kind!': { const: 'Kustomization' },
    'namespace!': text,
    'resources!': list(text),
    labels: list(shape({ 'pairs!': texts })),
    images: list(shape({ 'name!': text, 'newName!': text, 'newTag!': text })),
    configMapGenerator: list(shape({ 'name!': text, 'literals!': list({ type: 'string', pattern: '^[A-Z0-9_]+=' }) })),
    secretGenerator: list(shape({ 'name!': text, 'envs!': list(text) })),
  }),
}

const COMPOSE = shape({
  'name!': text,
  'x-node': { type: 'object' },
  'services!': map(
    shape({
      'image!': text,
      build: shape({ 'context!': text, 'dockerfile!': text }),
      'restart!': { enum: ['no', 'always', 'on-failure', 'unless-stopped'] },
      stop_grace_period: text,
      depends_on: {
        anyOf: [list(text), map(shape({ 'condition!': { enum: ['service_started', 'service_healthy'] } }))],
      },
      environment: texts,
      command: args,
      volumes: list(text),
      configs: list(shape({ 'source!': text, 'target!': text })),
      ports: list({ type: 'string', pattern: '^[0-9.]+(:[0-9]+)+(/udp)?$' }),
      profiles: list(text),
      healthcheck: shape({ 'test!': list(text), interval: text, timeout: text, retries: number }),
      read_only: bool,
      tmpfs: list(text),
      cap_drop: list(text),
      security_opt: list(text),
      shm_size: text,
    }),
  ),
  configs: map(shape({ 'content!': text })),
  volumes: map({ type: 'null' }),
})

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
const validators = new Map(
  Object.entries({ ...KINDS, Compose: COMPOSE }).map(([name, schema]) => [name, ajv.compile(schema)]),
)

const shown = ({ instancePath, message, params }: ErrorObject) =>
  `${instancePath || '/'} ${message}${'additionalProperty' in params ? `: ${params.additionalProperty}` : ''}`

/** What is wrong with the shape of a document of a kind. */
export function findWrongShape(name: string, document: unknown): string[] {
  const validate = validators.get(name)
  if (validate === undefined) return [`the kind ${name} is not known to the check`]
  return validate(document) ? [] : (validate.errors ?? []).map(shown)
}
