import type { Sink } from '../model.ts'
import { parseTimestamp } from '../time.ts'

export interface Sample {
  label: string
  passed: boolean
  milliseconds: number
  startedAt: string | undefined
  message: string | undefined
  line: number
}

/** What is known of all samples of one label. */
interface Totals {
  line: number
  startedAt: number | undefined
  count: number
  failed: number
  sum: number
  least: number
  most: number
  /** The first messages that differ, and how often each came. */
  messages: Map<string, number>
}

const MOST_LABELS = 100_000
const MOST_MESSAGES = 20

/**
 * A load test takes each sample thousands of times. They are one case: failed if one of them did, as long as they were
 * on the average.
 */
export function createSamples(sink: Sink, zone: string): { add(sample: Sample): void; end(): void } {
  const labels = new Map<string, Totals>()

  function totalsOf(sample: Sample): Totals | undefined {
    const known = labels.get(sample.label)
    if (known) return known
    if (labels.size >= MOST_LABELS) {
      sink.note(`Samples of more than ${MOST_LABELS.toLocaleString('en')} labels were left out`)
      return undefined
    }
    const begun: Totals = {
      line: sample.line,
      startedAt: parseTimestamp(sample.startedAt, zone),
      count: 0,
      failed: 0,
      sum: 0,
      least: Number.POSITIVE_INFINITY,
      most: 0,
      messages: new Map(),
    }
    labels.set(sample.label, begun)
    return begun
  }

  return {
    add(sample) {
      const totals = totalsOf(sample)
      if (!totals) return
      totals.count++
      totals.sum += sample.milliseconds
      totals.least = Math.min(totals.least, sample.milliseconds)
      totals.most = Math.max(totals.most, sample.milliseconds)
      if (sample.passed) return
      totals.failed++
      const message = (sample.message ?? 'It failed without a message').slice(0, 10_000)
      if (totals.messages.has(message) || totals.messages.size < MOST_MESSAGES)
        totals.messages.set(message, (totals.messages.get(message) ?? 0) + 1)
    },
    end() {
      for (const [label, totals] of labels) sink.case(caseOf(label, totals))
    },
  }
}

function caseOf(label: string, { line, startedAt, count, failed, sum, least, most, messages }: Totals) {
  const [first] = messages.keys()
  const several = count > 1
  return {
    path: [],
    name: label,
    properties: several
      ? ([
          ['samples', String(count)],
          ['failed samples', String(failed)],
          ['shortest', `${least} ms`],
          ['longest', `${most} ms`],
        ] as [string, string][])
      : [],
    attempts: [
      {
        status: failed > 0 ? ('failed' as const) : ('passed' as const),
        seconds: Math.round((sum / count) * 1000) / 1e6,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(first === undefined ? {} : { message: several ? `${failed} of ${count} samples failed: ${first}` : first }),
        ...(messages.size > 1
          ? { details: [...messages].map(([text, times]) => `${times} × ${text}`).join('\n') }
          : {}),
        steps: [],
        attachments: [],
      },
    ],
    line,
  }
}
