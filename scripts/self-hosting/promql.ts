import { parser } from '@prometheus-io/lezer-promql'

/** A metric that an expression asks for, with the label values it names. */
export interface Selector {
  metric: string
  labels: { name: string; operator: string; value: string }[]
}

/** What an expression of PromQL asks for. Throws where Prometheus could not read it. */
export function readSelectors(expression: string): Selector[] {
  const selectors: Selector[] = []
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to)
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at "${expression.slice(node.from, node.from + 20)}"`)
      const last = selectors.at(-1)
      if (node.name === 'VectorSelector') selectors.push({ metric: '', labels: [] })
      else if (node.name === 'Identifier' && last?.metric === '') last.metric = text(node)
      else if (node.name === 'UnquotedLabelMatcher' && last) {
        const [name = '', operator = '', value = ''] = ['LabelName', 'MatchOp', 'StringLiteral'].map((kind) => {
          const part = node.node.getChild(kind)
          return part ? text(part) : ''
        })
        last.labels.push({ name, operator, value: value.slice(1, -1) })
      }
    },
  })
  return selectors
}
