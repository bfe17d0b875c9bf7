import { type Labelled, readCorpus } from './corpus/read-corpus.ts'
import { type Agreement, pairwise } from './pairwise.ts'
import { readFailure, type Signature, signatureOf } from './signature.ts'

// What `npm run signatures` prints: how well signatures agree with what people say of the failures in corpus/.
// `--errors` names the pairs that are wrong, in the half that signatures are tuned on; `--all` in both.

interface Measured extends Labelled {
  found: Signature
}

/** Both agreements of some failures. */
export function agreementOf(failures: readonly Measured[]): { causes: Agreement; failures: Agreement } {
  return {
    causes: pairwise(failures.map(({ cause, found }) => [cause, found.cause])),
    failures: pairwise(failures.map(({ failure, found }) => [failure, found.signature])),
  }
}

/** The corpus with its signatures. */
export const measureCorpus = (): Measured[] =>
  readCorpus().map((each) => ({ ...each, found: signatureOf(readFailure(each.attempt), each.test) }))

const shown = ({ precision, recall }: Agreement) => `${precision.toFixed(4)}  ${recall.toFixed(4)}`

function row(name: string, failures: readonly Measured[]): string {
  const { causes, failures: places } = agreementOf(failures)
  return `${name.padEnd(24)}${String(failures.length).padStart(6)}    ${shown(causes)}    ${shown(places)}`
}

function* errorsOf(failures: readonly Measured[], truth: 'cause' | 'failure', group: 'cause' | 'signature') {
  const seen = new Set<string>()
  for (const [i, a] of failures.entries()) {
    for (const b of failures.slice(i + 1)) {
      const belongs = a[truth] === b[truth]
      if (belongs === (a.found[group] === b.found[group])) continue
      const line = belongs ? `parted  ${truth} ${a[truth]}` : `joined  ${truth} ${a[truth]} | ${b[truth]}`
      if (!seen.has(line)) yield line
      seen.add(line)
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  const all = measureCorpus()
  const tuned = all.filter(({ isHeldOut }) => !isHeldOut)
  const heldOut = all.filter(({ isHeldOut }) => isHeldOut)
  console.log(`${' '.repeat(24)}   all    causes: precision, recall    failures: precision, recall`)
  console.log(row('tuned on', tuned))
  console.log(row('held out', heldOut))
  console.log(row('both', all))
  for (const [framework, failures] of Map.groupBy(all, ({ framework }) => framework))
    console.log(row(`  ${framework}`, failures))
  const looked = process.argv.includes('--all') ? all : process.argv.includes('--errors') ? tuned : []
  for (const line of errorsOf(looked, 'cause', 'cause')) console.log(line)
  for (const line of errorsOf(looked, 'failure', 'signature')) console.log(line)
}
