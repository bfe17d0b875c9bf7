import { oneElement } from '../../core/jsonapi/body.ts'
import { parseIdMember } from '../../core/jsonapi/query.ts'
import { createProblems, inside, invalidAt, invalidParameter, type Problems } from '../../core/problems.ts'
import { type Cells, type Input, readForCreate, readForUpdate } from '../../core/resource/read-attributes.ts'
import { renderDeleted } from '../../core/resource/render.ts'
import { formatTimestamp } from '../../core/scalars.ts'
import { fold } from '../../core/text.ts'
import { changeRow, deleteRow, insertRows } from '../../db/store.ts'
import { mustFind } from '../../engine/must-find.ts'
import type { Answer, Context } from '../../engine/route.ts'
import { noteSetting } from '../../features/audit/note-setting.ts'
import { changesOf } from '../../features/entities/entity-store.ts'
import { BUILD_KINDS, builds } from '../builds/builds.resource.ts'
import type { BuildRow } from '../builds/builds.store.ts'
import { explainedCounts } from '../builds/explained.list.ts'
import { gates } from './gates.resource.ts'
import { type GateRules, type JudgedRule, judgeBuild, type Verdict, worst } from './gates.rules.ts'
import { examplesOf, type GateRow, gatesOf, lastBuildsOf } from './gates.store.ts'
import { figuresOf, type Gate, gatesFor } from './judge-builds.ts'
import { readIds, readRules, readTexts } from './read-rules.ts'
import { requirementsMet } from './requirements-met.store.ts'

/** The cells of a gate that hold JSON, as far as a body brings them. */
function jsonCells({ values, place }: Input, problems: Problems): Cells {
  const cells: Cells = {}
  const keep = (key: string, column: string, read: () => unknown) => {
    if (values[key] !== undefined) cells[column] = JSON.stringify(read())
  }
  keep('pipelines', 'pipelines', () => readTexts(values.pipelines, inside(place, 'pipelines'), problems))
  keep('kinds', 'kinds', () => readTexts(values.kinds, inside(place, 'kinds'), problems, BUILD_KINDS))
  keep('set-ids', 'set_ids', () => readIds(values['set-ids'], inside(place, 'set-ids'), problems))
  keep('branches', 'branches', () => readTexts(values.branches, inside(place, 'branches'), problems))
  keep('rules', 'rules', () => readRules(values.rules, inside(place, 'rules'), problems))
  return cells
}

/** `POST gates.json` (contract §12). */
export async function createGate(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const problems = createProblems()
  const cells = readForCreate({ resource: gates, sent, problems })
  const own = jsonCells(sent, problems)
  if (own.rules === undefined) problems.at(inside(sent.place, 'rules'), "Rules can't be blank")
  problems.throwIfAny()
  return context.write(async (tx) => {
    const row: GateRow = {
      pipelines: '[]',
      kinds: '[]',
      set_ids: '[]',
      branches: '[]',
      ...(own as Partial<GateRow>),
      project_id: projectId,
      id: tx.nextId(),
      name: String(cells.name),
      name_folded: fold(String(cells.name)),
      rules: String(own.rules),
      created_at: context.now,
      updated_at: context.now,
    }
    await insertRows(tx, 'gates', [row])
    const changes = changesOf(gates, undefined, { ...row })
    noteSetting(tx, { entity: 'gate', entityId: row.id, projectId, action: 'create', changes })
    return { show: 'gates', id: row.id }
  })
}

/** `PUT gates/:id.json`. */
export async function updateGate(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, gates, projectId, id, { lock: true })
    const problems = createProblems()
    const cells = {
      ...readForUpdate({ resource: gates, sent, problems, row: { ...row } }),
      ...jsonCells(sent, problems),
    }
    problems.throwIfAny()
    if (typeof cells.name === 'string') cells.name_folded = fold(cells.name)
    const changes = changesOf(gates, { ...row }, { ...row, ...cells })
    if (changes.length > 0) await changeRow(tx, 'gates', { projectId, id, cells, now: context.now })
    noteSetting(tx, { entity: 'gate', entityId: id, projectId, action: 'update', changes })
    return { show: 'gates', id }
  })
}

/** `DELETE gates/:id.json`. */
export async function deleteGate(context: Context): Promise<Answer> {
  const id = context.id()
  const projectId = context.project.id
  return context.write(async (tx) => {
    const row = await mustFind(tx, gates, projectId, id, { lock: true })
    await deleteRow(tx, 'gates', projectId, id)
    const changes = changesOf(gates, { ...row }, undefined)
    noteSetting(tx, { entity: 'gate', entityId: id, projectId, action: 'delete', changes })
    return { body: renderDeleted(gates, id) }
  })
}

/** Tests that a rule is broken by, at most so many. */
const EXAMPLES = 10

type Example = { 'test-id': number; 'test-name': string; 'run-id': number | null }
type Shown = Awaited<ReturnType<typeof examplesOf>>[number]

/** Which verdicts break a rule. */
const BREAKS: Partial<Record<string, (row: Shown) => boolean>> = {
  'max-new-failures': ({ change }) => change === 'new-failure',
  'max-unexplained': ({ status }) => status === 'FAILED' || status === 'BLOCKED',
  'max-failed': ({ status }) => status === 'FAILED',
  'max-blocked': ({ status }) => status === 'BLOCKED',
  'max-flaky': ({ flaky }) => flaky === 1,
  'max-no-run': ({ status }) => status === 'NO RUN',
  'min-pass-rate': ({ status }) => status === 'FAILED' || status === 'BLOCKED',
  'no-new-cause': ({ change }) => change === 'new-failure',
}

/** What a person reads of a gate. */
function textOf(build: BuildRow, verdict: Verdict, rules: readonly (JudgedRule & { examples: Example[] })[]): string {
  const title = `Gate ${verdict}: build ${build.display_id}${build.name === null ? '' : ` (${build.name})`}`
  const lines = rules.flatMap(({ rule, verdict: own, explanation, examples }) => [
    `${own === 'passed' ? '✓' : own === 'failed' ? '✗' : '…'} ${rule}: ${explanation}`,
    ...(own === 'failed' ? examples.map(({ 'test-name': name }) => `    ${name}`) : []),
  ])
  const set =
    build.infrastructure === 1
      ? ['✗ An import of it is set aside: not the tests failed, but something around them']
      : []
  return [title, ...set, ...lines].join('\n')
}

/** Judges a build by gates, and shows it as an answer does. */
async function verdictOf(context: Context, build: BuildRow, gatesOfIt: readonly Gate[]): Promise<object> {
  const { reader, now } = context
  const counts = await explainedCounts(reader, build.project_id, [build.id], now)
  const figures = await figuresOf(reader, build, gatesOfIt, counts.get(build.id)?.unexplained ?? 0)
  const judged: (JudgedRule & { gate: number | null })[] = []
  const verdicts: Verdict[] = []
  for (const { id, rules } of gatesOfIt) {
    const asked = rules.requirements
    const requirements = asked && (await requirementsMet(context, asked))
    const { verdict, rules: own } = judgeBuild(rules, { ...figures, requirements })
    verdicts.push(verdict)
    judged.push(...own.map((rule) => ({ ...rule, gate: id })))
  }
  const verdict = worst(verdicts)
  const broken = judged.some((rule) => rule.verdict === 'failed')
  const rows = broken ? await examplesOf(reader, build.project_id, build.id, 200) : []
  const rules = judged.map(({ gate: _, ...rule }) => ({
    ...rule,
    examples: (rule.verdict === 'failed' ? rows.filter(BREAKS[rule.rule] ?? (() => false)) : [])
      .slice(0, EXAMPLES)
      .map((row): Example => ({ 'test-id': row.test_id, 'test-name': row.test_name, 'run-id': row.run_id })),
  }))
  return {
    id: String(build.id),
    type: 'gate-verdicts',
    attributes: {
      verdict,
      'build-id': build.id,
      'gate-id': gatesOfIt.length === 1 ? (gatesOfIt[0] as Gate).id : null,
      'as-of': formatTimestamp(now),
      rules,
      text: textOf(build, verdict, rules),
    },
  }
}

/** `GET builds/:id/gate.json`: by the gate named, else by all that apply to the build (contract §12). */
export async function showGate(context: Context): Promise<Answer> {
  const projectId = context.project.id
  const build = await mustFind(context.reader, builds, projectId, context.id())
  const text = context.query.get('gate-id')
  if (text === undefined) {
    const all = await gatesOf(context.reader, projectId)
    return { body: { data: await verdictOf(context, build, gatesFor(build, all)) } }
  }
  const id = parseIdMember(text)
  if (id === undefined) throw invalidParameter('gate-id', 'gate-id must be an id')
  const gate = await mustFind(context.reader, gates, projectId, id)
  return {
    body: { data: await verdictOf(context, build, [{ id: gate.id, rules: JSON.parse(gate.rules) as GateRules }]) },
  }
}

/** Builds that rules are tried on at most. */
const MOST_TRIED = 100

/** `POST gates/check.json`: tries rules on a build, or on the last ones of a pipeline; stores nothing. */
export async function checkGate(context: Context): Promise<Answer> {
  const { sent } = oneElement(context.body())
  const projectId = context.project.id
  const problems = createProblems()
  const rules = readRules(sent.values.rules ?? null, inside(sent.place, 'rules'), problems)
  problems.throwIfAny()
  const { values } = sent
  const gate = { id: null, rules }
  if (values['build-id'] !== undefined && values['build-id'] !== null) {
    const id = parseIdMember(String(values['build-id'])) ?? 0
    const build = await mustFind(context.reader, builds, projectId, id)
    return { rows: [JSON.stringify(await verdictOf(context, build, [gate]))] }
  }
  if (typeof values.pipeline !== 'string') {
    throw invalidAt(
      inside(sent.place, 'pipeline'),
      'Either build-id or pipeline must say which builds the rules are tried on',
    )
  }
  const last = Math.min(MOST_TRIED, Math.max(1, Math.trunc(Number(values.last ?? 10)) || 10))
  const tried = await lastBuildsOf(context.reader, projectId, values.pipeline, last)
  const verdicts: string[] = []
  for (const build of tried) verdicts.push(JSON.stringify(await verdictOf(context, build, [gate])))
  return { rows: verdicts }
}
