import { filled, id, json, name, timestamp } from '../../core/resource/define-resource.ts'
import { array, type JsonSchema, object, text, whole } from '../../core/resource/json-schema.ts'
import { defineResource } from '../../engine/define-resource.ts'

const most = (noun: string): JsonSchema => ({ ...whole, description: `At most so many ${noun}` })

/** What `rules` of a gate may hold. */
export const RULES: Record<string, JsonSchema> = {
  'max-new-failures': most('new failures'),
  'max-unexplained': most('failures that nothing explains'),
  'max-failed': most('failed tests'),
  'max-missing': most('tests that the build before had and this one has not'),
  'max-blocked': most('blocked tests'),
  'max-flaky': most('flaky tests'),
  'max-no-run': most('skipped tests'),
  'min-results': { ...whole, description: 'At least so many results' },
  'min-pass-rate': { type: 'number', minimum: 0, maximum: 1, description: 'At least this share passed' },
  'max-elapsed': most('seconds from start to end'),
  'all-shards': { type: 'boolean', description: 'Every expected shard came, whole' },
  'no-new-cause': { type: 'boolean', description: 'No failure of a cause that was never seen before' },
  requirements: object({ ptql: text, must: { enum: ['covered', 'passed'] } }, ['ptql', 'must']),
}

const list = (about: string, example: unknown, items: JsonSchema = text) =>
  json('CU', '[]', { schema: array(items), about: [about, example] })

/** Contract §12. */
export const gates = defineResource({
  type: 'gates',
  path: 'gates',
  noun: 'gate',
  table: 'gates',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    name: name('C*U'),
    pipelines: list('Pipelines that it applies to, * in them stands for any characters; empty = all', ['pr']),
    kinds: list('Kinds of builds that it applies to; empty = all', ['change']),
    'set-ids': list('Test sets that it applies to; empty = all', [50], whole),
    branches: list('Branches that it applies to, as pipelines; empty = all', ['main']),
    rules: json('C*U', '{}', {
      schema: object(RULES),
      about: ['What a build must keep to pass', { 'max-new-failures': 0 }],
    }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
