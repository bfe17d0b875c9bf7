import { type JsonRecord, joinTexts, listOf, recordOf, recordsOf, textOf } from '../json-values.ts'
import { argumentText, tagsOf } from './cucumber-values.ts'

/** What the source of a feature says of a scenario or of a row of its examples. */
export interface Place {
  path: string[]
  /** Of a row of examples. */
  parameters?: Record<string, string>
}

export interface Pickle {
  name: string
  uri: string | undefined
  tags: [string, string][]
  places: string[]
  steps: Map<string, string>
}

/** What is known of features and of the scenarios made from them, by id. */
export function createPickles() {
  const places = new Map<string, Place>()
  /** Keywords of steps, by the id of their node. */
  const keywords = new Map<string, string>()
  const pickles = new Map<string, Pickle>()

  function addFeature(document: JsonRecord): void {
    const feature = recordOf(document.feature)
    const name = textOf(feature.name)
    addChildren(feature.children, name === undefined ? [] : [name])
  }

  function addChildren(children: unknown, path: string[]): void {
    for (const child of recordsOf(children)) {
      const rule = recordOf(child.rule)
      if (child.rule !== undefined) addChildren(rule.children, [...path, textOf(rule.name) ?? ''])
      const scenario = recordOf(child.scenario)
      places.set(textOf(scenario.id) ?? '', { path })
      for (const step of [...recordsOf(recordOf(child.background).steps), ...recordsOf(scenario.steps)])
        keywords.set(textOf(step.id) ?? '', textOf(step.keyword) ?? '')
      for (const examples of recordsOf(scenario.examples)) {
        const header = recordsOf(recordOf(examples.tableHeader).cells).map(({ value }) => textOf(value) ?? '')
        for (const row of recordsOf(examples.tableBody)) {
          const cells = recordsOf(row.cells).map(({ value }) => textOf(value) ?? '')
          const parameters = Object.fromEntries(header.map((column, i) => [column, cells[i] ?? '']))
          places.set(textOf(row.id) ?? '', { path, parameters })
        }
      }
    }
  }

  function addPickle(pickle: JsonRecord): void {
    const steps = recordsOf(pickle.steps).map((step): [string, string] => {
      const keyword = keywords.get(textOf(listOf(step.astNodeIds)[0]) ?? '') ?? ''
      const text = [keyword + (textOf(step.text) ?? ''), argumentText(step.argument)]
      return [textOf(step.id) ?? '', joinTexts(text) ?? '']
    })
    pickles.set(textOf(pickle.id) ?? '', {
      name: textOf(pickle.name) ?? '',
      uri: textOf(pickle.uri),
      tags: tagsOf(pickle.tags),
      places: listOf(pickle.astNodeIds).flatMap((id) => textOf(id) ?? []),
      steps: new Map(steps),
    })
  }

  return { pickles, places, addFeature, addPickle }
}
