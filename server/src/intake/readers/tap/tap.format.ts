import { joinTexts } from '../json-values.ts'
import type { Attempt, AttemptStatus, Format, Sink } from '../model.ts'
import { openLines } from '../ndjson.ts'
import { findOutputMarks } from '../output-marks.ts'
import { partsOf, pointAttempt, statusOf, unescaped } from './tap-points.ts'
import { readDiagnosis } from './tap-yaml.ts'

/** Test Anything Protocol, versions 12 to 14, with subtests. */
export const tap: Format = {
  name: 'tap',
  title: 'TAP',
  recognises(head) {
    // What a script prints first may stand above; a plan or a point alone is a line of many logs.
    const lines = head.split('\n', 200).map((line) => line.trimEnd())
    if (lines.some((line) => VERSION.test(line))) return true
    const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? ''
    return PLAN.test(first)
      ? lines.some((line) => POINT.test(line) || line.includes('# SKIP'))
      : /^(?:not )?ok 1\b/.test(first)
  },
  open(sink) {
    const reader = createReader(sink)
    return openLines(sink, { line: reader.line, end: reader.end })
  },
}

const VERSION = /^\ufeff?TAP version \d{1,3}$/
const PLAN = /^1\.\.(\d{1,9})(?![^ \t#])/
const POINT = /^(not )?ok(?: {1,20}(\d{1,9}))?(?![^ \t\r])/
const BAIL_OUT = 'Bail out!'
const SUBTEST = '# Subtest:'
/** What producers count at the end. */
const SUMMARY =
  /^#\s*(?:tests|suites|pass|fail|ok|cancelled|skip|skipped|todo|duration_ms|failed|total|\{ total:|time=)/

/** Deeper subtests than this end the reading. */
const DEEPEST = 1000

interface Level {
  /** The point of a subtest in braces stands before its own points. */
  opening?: Point
  /** Of the subtest; undefined until the point that ends it is read. */
  name: string | undefined
  /** Points that wait for the name. */
  waiting: Point[]
  points: number
  failed: boolean
  plan: number | undefined
}

interface Point {
  names: string[]
  line: number
  attempt: Attempt
}

/** A diagnosis is read when it ends, as a whole. */
const MOST_DIAGNOSIS = 524_288

function newLevel(name: string | undefined): Level {
  return { name, waiting: [], points: 0, failed: false, plan: undefined }
}

function createReader(sink: Sink) {
  const levels: Level[] = [newLevel(undefined)]
  /** The last point, until it is known that nothing more belongs to it. */
  let held: { point: Point; depth: number; summary: boolean; comments: string[]; text: string[] } | undefined
  let yaml: { lines: string[]; indent: number; size: number } | undefined
  /** Output and comments before the point they belong to. */
  let before: string[] = []
  let finished = false
  let anything = false

  function release(): void {
    if (!held) return
    const { point, depth, summary, comments, text } = held
    held = undefined
    if (summary) return
    // Mocha sets its error in below the point, without marks.
    if (text.length > 0) {
      point.attempt.message ??= text[0]?.trim() ?? ''
      point.attempt.details ??= text.join('\n')
    }
    const output = joinTexts([point.attempt.output, ...comments])
    if (output !== undefined) point.attempt.output = output
    tell(point, depth)
  }

  /** A point is told when all names around it are known. */
  function tell(point: Point, depth: number): void {
    for (let at = depth; at > 0; at--) {
      const level = levels[at]
      if (!level) continue
      if (level.name === undefined) {
        level.waiting.push(point)
        return
      }
      point.names.unshift(level.name)
    }
    const name = point.names.pop() ?? ''
    const marks = findOutputMarks(point.attempt.output ?? '')
    point.attempt.attachments = marks.attachments.map((path) => ({ path }))
    sink.case({ path: point.names, name, properties: marks.properties, attempts: [point.attempt], line: point.line })
  }

  /** Ends the levels below a depth; says whether there were points, and whether one failed. */
  function closeTo(depth: number, name?: string): { points: number; failed: boolean } {
    const result = { points: 0, failed: false }
    while (levels.length > depth + 1) {
      const level = levels.pop() as Level
      result.points += level.points
      result.failed ||= level.failed
      if (level.plan !== undefined && level.plan !== level.points && level.points > 0)
        sink.note(`A subtest planned ${level.plan} points and has ${level.points}`)
      const known = level.name ?? name ?? ''
      for (const point of level.waiting) {
        point.names.unshift(known)
        tell(point, levels.length - 1)
      }
      // In braces: the point says more than its own points do.
      if (level.opening && (level.points === 0 || (level.opening.attempt.status === 'failed' && !level.failed)))
        tell(level.opening, levels.length - 1)
    }
    return result
  }

  function readPoint(depth: number, [whole, not, number]: RegExpExecArray, body: string, line: number): void {
    const rest = body.slice(whole.length).trim()
    const level = levels[depth] as Level
    const buffered = rest.endsWith('{')
    const { description, directive, reason, seconds } = partsOf(buffered ? rest.slice(0, -1) : rest)
    level.points++
    const name = description === '' ? `#${number ?? level.points}` : description
    if (buffered) {
      const opening: Point = {
        names: [name],
        line,
        attempt: pointAttempt(statusOf(not, directive), seconds, directive, reason),
      }
      level.failed ||= opening.attempt.status === 'failed'
      levels.push({ ...newLevel(name), opening })
      return
    }
    const below = closeTo(depth, name)
    const status = statusOf(not, directive)
    const failed = status === 'failed'
    level.failed ||= failed
    // The point of a subtest sums up its own points; it is a case where it says what they do not.
    const summary = below.points > 0 && (!failed || below.failed)
    const output = joinTexts(before)
    if (!summary) before = []
    const attempt = pointAttempt(status, seconds, directive, reason)
    if (output !== undefined) attempt.output = output
    held = { point: { names: [name], line, attempt }, depth, summary, comments: [], text: [] }
  }

  function readPlan(level: Level, depth: number, [whole, count]: RegExpExecArray, body: string, line: number): void {
    const comment = body.slice(whole.length).trim().replace(/^# ?/, '')
    level.plan = Number(count)
    if (depth > 0 || level.plan > 0 || level.points > 0) return
    // `1..0 # SKIP no shop`: the whole file was skipped.
    suite('skipped', comment.replace(/^skip\S{0,20} ?/i, ''), line)
  }

  function suite(status: AttemptStatus, message: string, line: number): void {
    sink.case({
      path: [],
      name: '[suite]',
      properties: [],
      attempts: [{ status, seconds: 0, ...(message === '' ? {} : { message }), steps: [], attachments: [] }],
      line,
    })
  }

  function endYaml(): void {
    const block = yaml
    yaml = undefined
    if (!block || !held) return
    const { attempt } = held.point
    const { seconds, ...told } = readDiagnosis(block.lines)
    if (seconds !== undefined) attempt.seconds = seconds
    if (attempt.status !== 'failed') return
    if (told.message !== undefined) attempt.message = told.message
    if (told.type !== undefined) attempt.type = told.type
    attempt.details = block.lines.join('\n')
  }

  function keepDiagnosis(block: { lines: string[]; size: number }, text: string, line: number): void {
    block.size += text.length + 1
    if (block.size <= MOST_DIAGNOSIS) block.lines.push(text)
    else sink.note(`What a diagnosis has beyond ${MOST_DIAGNOSIS} characters is left out`, line)
  }

  function readLine(text: string, line: number): void {
    const indent = indentOf(text)
    const body = text.slice(indent)
    if (yaml) {
      if (indent === yaml.indent && body.trimEnd() === '...') endYaml()
      else keepDiagnosis(yaml, text.slice(Math.min(yaml.indent, indent)), line)
      return
    }
    const depth = Math.floor(indent / 4)
    if (held && body.trimEnd() === '---' && indent > held.depth * 4) {
      yaml = { lines: [], indent, size: 0 }
      return
    }
    if (body.startsWith(SUBTEST)) {
      release()
      // Its points are set in below the comment, which some set in as well.
      const within = Math.min(depth, levels.length - 1)
      closeTo(within)
      levels.push(newLevel(unescaped(body.slice(SUBTEST.length).trim())))
      return
    }
    if (body.startsWith('#')) {
      comment(body, indent)
      return
    }
    const shape = POINT.exec(body) ?? PLAN.exec(body)
    if (body === '}' && levels.length > 1) {
      release()
      closeTo(levels.length - 2)
    } else if (shape && indent % 4 === 0 && depth < levels.length + 1) {
      release()
      if (depth >= DEEPEST) stop(line)
      else {
        if (depth === levels.length) levels.push(newLevel(undefined))
        anything = true
        const level = levels[depth] as Level
        if (body.startsWith('1..')) readPlan(level, depth, shape, body, line)
        else readPoint(depth, shape, body, line)
      }
    } else if (body.startsWith(BAIL_OUT)) {
      release()
      closeTo(0)
      suite('error', body.trim(), line)
      finished = true
    } else if (VERSION.test(text)) {
      release()
      endOfStream()
    } else if (held?.point.attempt.status === 'failed' && indent > held.depth * 4) held.text.push(text)
    else if (text.trim() !== '' && !body.startsWith('pragma ')) before.push(text)
  }

  function comment(body: string, indent: number): void {
    if (held && held.point.attempt.status === 'failed' && held.depth === Math.floor(indent / 4))
      held.comments.push(body)
    else if (!SUMMARY.test(body)) before.push(body.replace(/^# ?/, ''))
  }

  function stop(line: number): void {
    sink.cut(`Subtests are nested more than ${DEEPEST.toLocaleString('en')} deep`, line)
    finished = true
  }

  /** The plan of the whole stream is what it is held to. */
  function endOfStream(): void {
    const level = levels[0] as Level
    closeTo(0)
    if (!finished && level.plan !== undefined && level.points < level.plan)
      suite('error', `${level.plan} points were planned, ${level.points} came`, 1)
    else if (!finished && level.plan !== undefined && level.points > level.plan)
      sink.note(`${level.plan} points were planned, ${level.points} came`)
    levels[0] = newLevel(undefined)
    if (before.length > 0) sink.note('Output behind the last test was not kept')
    before = []
  }

  return {
    line(text: string, line: number, whole: boolean): void {
      if (finished) return
      // Half a point has half a name. The last one that was planned is whole without a line end.
      const { plan, points } = levels[0] as Level
      const planned = levels.length === 1 && plan !== undefined && points + 1 >= plan
      if (whole || planned || !POINT.test(text.trimStart())) readLine(text, line)
      else {
        release()
        sink.cut('The file ends within a line', line)
        finished = true
      }
    },
    end(): void {
      const within = yaml !== undefined
      endYaml()
      release()
      const reason = within
        ? 'The file ends within a diagnosis'
        : levels.length > 1
          ? 'The report ends within a subtest'
          : anything && levels[0]?.plan === undefined
            ? 'The report ends without its plan'
            : undefined
      if (!finished && reason !== undefined) {
        sink.cut(reason)
        finished = true
      }
      endOfStream()
    },
  }
}

function indentOf(text: string): number {
  let at = 0
  while (text[at] === ' ') at++
  return at
}
