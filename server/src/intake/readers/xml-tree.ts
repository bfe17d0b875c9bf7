import type { OpenReader, Sink } from './model.ts'
import { openXml, type XmlElement } from './xml.ts'
import type { KindOf } from './xml-mend.ts'

/** An element with everything in it. */
export interface XmlNode {
  name: string
  attributes: Readonly<Record<string, string>>
  line: number
  /** What stands directly in it. */
  text: string
  children: XmlNode[]
}

export interface TreeHandler {
  kindOf: KindOf
  /** Whether an element is handed over whole, when it is over. Those within it are not asked for. */
  isTree(name: string, parent: string | undefined): boolean
  tree(node: XmlNode, parent: XmlElement | undefined): void
  /** Elements outside of trees. */
  open?(element: XmlElement): void
  close?(element: XmlElement, text: string): void
  end?(): void
}

/** What is kept of one tree: elements, and UTF-16 units of text. */
const MOST = { nodes: 100_000, text: 16_777_216 }

/** Reads XML and hands over trees, one at a time: all that a case holds, where nothing grows with the file. */
export function openXmlTrees(handler: TreeHandler, sink: Sink): OpenReader {
  const stack: XmlNode[] = []
  let nodes = 0
  let size = 0
  /** Levels of elements that are left out. */
  let skipped = 0

  const add = (node: XmlNode, text: string) => {
    size += text.length
    if (size <= MOST.text) node.text += text
    else sink.note(`What a case has beyond ${MOST.text} characters is left out`, node.line)
  }
  return openXml(
    {
      kindOf: handler.kindOf,
      open(element) {
        const { name, attributes, line, parent } = element
        const around = stack.at(-1)
        if (around === undefined && !handler.isTree(name, parent?.name)) {
          handler.open?.(element)
          return
        }
        if (around === undefined) nodes = size = 0
        // What says how a case went is its last child: the first level has room of its own.
        if (skipped > 0 || nodes >= MOST.nodes * (stack.length === 1 ? 2 : 1)) {
          skipped++
          sink.note(`What a case has beyond ${MOST.nodes} elements is left out`, stack[0]?.line)
          return
        }
        nodes++
        const node: XmlNode = { name, attributes, line, text: '', children: [] }
        around?.children.push(node)
        stack.push(node)
      },
      close(element, text) {
        if (skipped > 0) {
          skipped--
          return
        }
        const node = stack.pop()
        if (node === undefined) {
          handler.close?.(element, text)
          return
        }
        add(node, text)
        if (stack.length === 0) handler.tree(node, element.parent)
      },
      stray(element, text) {
        const node = skipped > 0 ? undefined : stack.at(-1)
        if (node) add(node, text)
        else sink.note(`Text in <${element.name}> is left out`, element.line)
      },
      end() {
        const [tree] = stack
        if (tree) {
          const { name = tree.name } = tree.attributes
          sink.note(`"${name.slice(0, 200)}" has no end and no verdict`, tree.line)
        }
        handler.end?.()
      },
    },
    sink,
  )
}

/** The first element on a path below a node. */
export function childOf(node: XmlNode | undefined, ...path: string[]): XmlNode | undefined {
  let found = node
  for (const name of path) found = found?.children.find((child) => child.name === name)
  return found
}

/** All elements of the last name on a path below a node. */
export function childrenOf(node: XmlNode | undefined, ...path: string[]): XmlNode[] {
  const around = childOf(node, ...path.slice(0, -1))
  return around?.children.filter(({ name }) => name === path.at(-1)) ?? []
}

/** The text of the first element on a path below a node. */
export function textOf(node: XmlNode | undefined, ...path: string[]): string | undefined {
  return childOf(node, ...path)?.text
}
