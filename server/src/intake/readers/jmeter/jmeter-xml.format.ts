import { joinTexts } from '../json-values.ts'
import type { Format, Sink } from '../model.ts'
import { firstElement, openXml, shapeOf, type XmlElement } from '../xml.ts'
import { createSamples } from './samples.ts'

const TEXTS = ['failureMessage', 'name', 'failure', 'error']

/** JMeter's results as XML (`.jtl`): samples, with the assertions that they failed. */
export const jmeterXml: Format = {
  name: 'jmeter-xml',
  title: 'JMeter XML',
  recognises: (head) => /<(?:httpSample|sample)[ >]/.test(head) && firstElement(head, ['testResults']) !== undefined,
  open(sink, { timezone }) {
    return openXml(createHandler(sink, timezone), sink)
  },
}

const isSample = ({ name }: XmlElement) => name === 'httpSample' || name === 'sample'

function createHandler(sink: Sink, zone: string) {
  const samples = createSamples(sink, zone)
  /** What the assertions of the open samples said. */
  const messages = new Map<XmlElement, string[]>()
  return {
    kindOf: shapeOf({ roots: ['testResults'], texts: TEXTS }),
    open(element: XmlElement) {
      if (isSample(element)) messages.set(element, [])
    },
    close(element: XmlElement, text: string) {
      if (element.name === 'failureMessage') {
        const sample = element.parent?.parent
        if (sample) messages.get(sample)?.push(text)
      }
      if (!isSample(element)) return
      const said = messages.get(element) ?? []
      messages.delete(element)
      // What a sample is made of (redirects, embedded pictures) is told with it.
      if (element.parent && isSample(element.parent)) {
        for (const message of said) messages.get(element.parent)?.push(message)
        return
      }
      const { lb = '', s, t, ts, rc, rm } = element.attributes
      samples.add({
        label: lb,
        passed: s?.toLowerCase() === 'true',
        milliseconds: Number(t) || 0,
        startedAt: ts,
        message: joinTexts([...said, rc && `${rc} ${rm ?? ''}`.trim()]),
        line: element.line,
      })
    },
    stray() {},
    end: samples.end,
  }
}
