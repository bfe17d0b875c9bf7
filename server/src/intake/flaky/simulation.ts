import { type Flakiness, type FlakyState, type InstanceVerdict, judgeFlakiness } from './flaky.rules.ts'
import { isInfrastructure } from './infrastructure.rules.ts'

/** Histories of which the truth is known, to measure the rules on. */
export interface Settings {
  tests: number
  builds: number
  seed: number
  /** A job tries a failed test once more. */
  retries: boolean
  /** Whether builds say what a change was merged into. */
  knowsBase: boolean
  /** Whether it is known how many tests failed with one cause. */
  knowsCauses: boolean
}

const HOUR = 3_600_000
const SHARDS = 10

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const CLASSES = { healthy: 0, 'flaky 1 %': 0.01, 'flaky 5 %': 0.05, 'flaky 20 %': 0.2 } as const
export type Class = keyof typeof CLASSES

/** Tests that fail, by number, and why. */
type Faults = Map<number, string>

interface Build {
  id: number
  startedAt: number
  kind: InstanceVerdict['kind']
  commit: string
  base: string | null
  pullRequest: string | null
  /** What is broken in the files that it tests. */
  faults: Faults
  /** What happens to a shard: the share of tests that fail by it, and the causes; or that it dies. */
  outages: Map<number, { share: number; causes: number; name: string }>
  dead: Set<number>
  /** Tests that a short disturbance hits. */
  disturbed: Map<number, string>
}

/** Something that is truly wrong with the files, from one commit to another. */
const faultsOf = (random: () => number, tests: number, name: string): Faults => {
  const faults: Faults = new Map()
  if (random() < 0.03) {
    // Nothing starts any more: to the rules it looks like an outage.
    const from = Math.floor(random() * SHARDS) * Math.ceil(tests / SHARDS)
    for (let test = from; test < from + Math.ceil(tests / SHARDS); test++) faults.set(test, name)
    return faults
  }
  const most = random() < 0.7 ? 5 : random() < 0.9 ? 50 : tests / SHARDS
  const count = 1 + Math.floor(random() * most)
  // Half of what breaks is in the ten places where people work.
  const from = Math.floor((random() < 0.5 ? Math.floor(random() * 10) / 10 : random()) * tests)
  for (let i = 0; i < count; i++) {
    const test = (from + i) % tests
    // Half of what fails says what any failure of that assertion says.
    faults.set(test, random() < 0.5 ? `assertion of ${test}` : name)
  }
  return faults
}

function makeBuilds({ tests, builds: count, seed, knowsBase }: Settings): Build[] {
  const random = generator(seed)
  const builds: Build[] = []
  let mainline = { commit: 'm0', faults: new Map() as Faults }
  let repair = 0
  let startedAt = 0
  let names = 0
  const pulls: { name: string; commit: string; own: Faults; pushes: number }[] = []
  for (let id = 1; id <= count; id++) {
    startedAt += (0.5 + random() * 5) * HOUR
    const roll = random()
    let build: Pick<Build, 'kind' | 'commit' | 'base' | 'pullRequest' | 'faults'>
    if (roll < 0.5) {
      // One in ten builds the same commit again.
      if (id > 1 && random() < 0.9) {
        mainline = { commit: `m${id}`, faults: mainline.faults }
        if (mainline.faults.size > 0 && repair-- <= 0) mainline.faults = new Map()
        else if (mainline.faults.size === 0 && random() < 0.12) {
          mainline.faults = faultsOf(random, tests, `regression ${names++}`)
          repair = Math.floor(random() * random() * 9)
        }
      }
      build = { kind: 'mainline', commit: mainline.commit, base: null, pullRequest: null, faults: mainline.faults }
    } else {
      let pull = pulls[Math.floor(random() * pulls.length)]
      const isAgain = pull !== undefined && random() < 0.3
      if (pull === undefined || random() < 0.5) {
        pull = { name: `${id}`, commit: '', own: new Map(), pushes: 0 }
        pulls.push(pull)
        if (pulls.length > 8) pulls.shift()
        if (random() < 0.35) pull.own = faultsOf(random, tests, `change ${names++}`)
      }
      if (!isAgain || pull.commit === '') {
        pull.commit = `p${pull.name}-${++pull.pushes}`
        if (pull.pushes > 1 && random() < 0.5) pull.own = new Map()
      }
      build = {
        kind: roll < 0.6 ? 'queue' : 'change',
        commit: roll < 0.6 ? `q${id}` : pull.commit,
        base: knowsBase ? mainline.commit : null,
        pullRequest: pull.name,
        // In the queue is what was thought to be good.
        faults: new Map([...mainline.faults, ...(roll < 0.6 && random() < 0.8 ? [] : pull.own)]),
      }
    }
    const outages: Build['outages'] = new Map()
    const dead = new Set<number>()
    if (random() < 0.12) {
      const isWhole = random() < 0.5
      const name = `outage ${Math.floor(random() * 4)}`
      for (let shard = 0; shard < SHARDS; shard++) {
        if (random() > 0.5) continue
        const share = isWhole ? 0.85 + random() * 0.15 : 0.1 + random() * 0.6
        outages.set(shard, { share, causes: 1 + Math.floor(random() * 2), name })
      }
    }
    if (random() < 0.03) dead.add(Math.floor(random() * SHARDS))
    const disturbed = new Map<number, string>()
    if (random() < 0.15) {
      const hit = 1 + Math.floor(random() * 9)
      for (let i = 0; i < hit; i++) disturbed.set(Math.floor(random() * tests), `outage ${Math.floor(random() * 4)} 0`)
    }
    builds.push({ id, startedAt, ...build, outages, dead, disturbed })
  }
  return builds
}

export interface Ratio {
  precision: number
  recall: number
}

export interface Outcome {
  /** Tests of a class, those that were ever held for flaky, and those that are at the end. */
  classes: Record<Class, { tests: number; ever: number; atEnd: number }>
  /** Of the tests held for flaky, the share that is. */
  precision: number
  infrastructure: Ratio & { imports: number; found: number }
}

/** Plays a history, judges every import and every test after every build, and compares with the truth. */
export function simulate(settings: Settings): Outcome {
  const { tests, seed, retries, knowsCauses } = settings
  const builds = makeBuilds(settings)
  const random = generator(seed + 1)
  const classes = Array.from({ length: tests }, (): Class => {
    const roll = random()
    return roll < 0.02 ? 'flaky 1 %' : roll < 0.04 ? 'flaky 5 %' : roll < 0.06 ? 'flaky 20 %' : 'healthy'
  })
  const histories: InstanceVerdict[][] = Array.from({ length: tests }, () => [])
  const suspicious = new Uint8Array(tests)
  const perShard = Math.ceil(tests / SHARDS)
  const failing = new Uint8Array(tests)
  const truth = { imports: 0, found: 0, right: 0 }

  for (const build of builds) {
    const causes = new Map<string, number>()
    const ofBuild: [test: number, verdict: InstanceVerdict][] = []
    for (let shard = 0; shard < SHARDS; shard++) {
      const ofShard: InstanceVerdict[] = []
      const counts = new Map<string, number>()
      const [first, last] = [shard * perShard, Math.min(tests, (shard + 1) * perShard)]
      const outage = build.outages.get(shard)
      let inBase = 0
      // A dead shard ends anywhere.
      const end = build.dead.has(shard) ? first + random() * (last - first) : last
      for (let test = first; test < end; test++) {
        const chance = CLASSES[classes[test] as Class]
        const fault = build.faults.get(test)
        const isHit = outage !== undefined && random() < outage.share
        const attempt = () => {
          // Mostly it lasts longer than a test.
          if (isHit && random() < 0.97) return `${outage.name} ${Math.floor(random() * outage.causes)}`
          const disturbance = build.disturbed.get(test)
          if (disturbance !== undefined && random() < 0.5) return disturbance
          return fault ?? (random() < chance ? `flake of ${test}` : null)
        }
        const once = attempt()
        const again = once !== null && retries ? attempt() : once
        const verdict: InstanceVerdict = {
          buildId: build.id,
          startedAt: build.startedAt,
          kind: build.kind,
          commit: build.commit,
          baseCommit: build.base,
          pullRequest: build.pullRequest,
          variant: '',
          isCut: build.dead.has(shard),
          isInfrastructure: false,
          isFullJob: !build.dead.has(shard),
          verdict: again === null ? 'PASSED' : 'FAILED',
          passedOnRetry: once !== null && again === null,
          cause: again ?? once,
        }
        ofShard.push(verdict)
        ofBuild.push([test, verdict])
        if (verdict.cause !== null) causes.set(verdict.cause, (causes.get(verdict.cause) ?? 0) + 1)
        if (again !== null) counts.set(again, (counts.get(again) ?? 0) + 1)
        inBase += failing[test] as number
      }
      const failed = ofShard.filter(({ verdict }) => verdict === 'FAILED').length
      const figures = { usual: last - first, ran: ofShard.length, failed, causes: counts.values() }
      const found = isInfrastructure({
        ...figures,
        failingInBase: ofShard.length === 0 ? null : inBase / ofShard.length,
      })
      const isTrue = outage !== undefined && outage.share >= 0.85 && ofShard.length >= (last - first) / 2
      truth.imports += isTrue ? 1 : 0
      truth.found += found ? 1 : 0
      truth.right += found && isTrue ? 1 : 0
      for (const verdict of ofShard) verdict.isInfrastructure = found
    }
    for (const [test, verdict] of ofBuild) {
      if (knowsCauses && verdict.cause !== null) verdict.causeTests = causes.get(verdict.cause) ?? 1
      ;(histories[test] as InstanceVerdict[]).push(verdict)
      if (verdict.cause !== null) suspicious[test] = 1
      if (build.kind === 'mainline' && !verdict.isInfrastructure && !verdict.isCut)
        failing[test] = verdict.verdict === 'FAILED' ? 1 : 0
    }
  }

  const outcome = Object.fromEntries(
    Object.keys(CLASSES).map((name) => [name, { tests: 0, ever: 0, atEnd: 0 }]),
  ) as Outcome['classes']
  for (const [test, name] of classes.entries()) {
    const counted = outcome[name]
    counted.tests++
    if (suspicious[test] === 0) continue
    const { ever, last } = play(histories[test] as InstanceVerdict[])
    if (ever) counted.ever++
    if (last === 'flaky') counted.atEnd++
  }
  const held = Object.values(outcome).reduce((sum, { ever }) => sum + ever, 0)
  return {
    classes: outcome,
    precision: held === 0 ? 1 : (held - outcome.healthy.ever) / held,
    infrastructure: {
      imports: truth.imports,
      found: truth.found,
      precision: truth.found === 0 ? 1 : truth.right / truth.found,
      recall: truth.imports === 0 ? 1 : truth.right / truth.imports,
    },
  }
}

/** Builds of a history that a judgement needs at most. */
const LOOKED_BACK = 90

/** The states that a test goes through, judged after every build. */
function play(history: readonly InstanceVerdict[]): { ever: boolean; last: FlakyState } {
  let state: FlakyState = 'healthy'
  let ever = false
  let quiet = LOOKED_BACK
  for (const [index, { startedAt, cause }] of history.entries()) {
    // Nothing changes while all passed.
    quiet = cause === null ? quiet + 1 : 0
    if (quiet >= LOOKED_BACK && state === 'healthy') continue
    const seen = history.slice(Math.max(0, index + 1 - LOOKED_BACK), index + 1)
    const judged: Flakiness = judgeFlakiness(seen, { previous: state, now: startedAt })
    state = judged.state
    ever ||= state === 'flaky'
  }
  return { ever, last: state }
}
