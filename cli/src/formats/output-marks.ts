const ATTACHMENT = /\[\[ATTACHMENT\|([^\]\r\n]+(?:\](?!\])[^\]\r\n]*)*)\]\]/g
const PROPERTY = /\[\[PROPERTY\|([^=\]\r\n]+)=([^\r\n]*?)\]\]/g
const LONG_PROPERTY = /\[\[PROPERTY\|([^=\]\r\n]+)\]\]\r?\n?([\s\S]*?)\r?\n?\[\[\/PROPERTY\]\]/g

/** Marks that test code prints into its output for report readers. The output itself stays as it is. */
export interface OutputMarks {
  attachments: string[]
  properties: [name: string, value: string][]
}

/** Finds `[[ATTACHMENT|path]]`, `[[PROPERTY|key=value]]` and `[[PROPERTY|key]]…[[/PROPERTY]]` in output. */
export function findOutputMarks(output: string): OutputMarks {
  const marks: OutputMarks = { attachments: [], properties: [] }
  if (!output.includes('[[')) return marks
  for (const match of output.matchAll(ATTACHMENT)) marks.attachments.push((match[1] ?? '').trim())
  for (const match of output.matchAll(PROPERTY)) marks.properties.push([(match[1] ?? '').trim(), match[2] ?? ''])
  for (const match of output.matchAll(LONG_PROPERTY)) marks.properties.push([(match[1] ?? '').trim(), match[2] ?? ''])
  return marks
}
