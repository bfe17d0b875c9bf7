// Uploads a failed run and attaches the file at ASSAY_FILE to it.
// Run it with: node upload-with-attachments.mjs
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'

const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_INSTANCE, ASSAY_FILE } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const content = await readFile(ASSAY_FILE, 'base64')
const { data: run } = await call('POST', `/projects/${ASSAY_PROJECT}/runs.json`, {
  data: {
    type: 'runs',
    attributes: { 'instance-id': ASSAY_INSTANCE, 'exit-code': 1 },
    files: { data: [{ filename: basename(ASSAY_FILE), content_encoded: content }] },
  },
})
console.log(`run ${run.id}: ${run.attributes.status}`)
const files = await call('GET', `/projects/${ASSAY_PROJECT}/attachments.json?entity=run&entity-id=${run.id}`)
for (const { id, attributes } of files.data) {
  console.log(`attachment ${id}: ${attributes.name}, ${attributes.size} bytes`)
}
