// Uploads a run; the test and its instance in the set are created if they are missing.
// Run it with: node auto-create-run.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_SET } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const { data: run, meta } = await call('POST', `/projects/${ASSAY_PROJECT}/runs/auto_create.json`, {
  data: {
    type: 'runs',
    attributes: { 'set-id': ASSAY_SET, 'exit-code': 0 },
    'test-attributes': { name: 'Search finds a product', 'test-type': 'ApiTest', tags: ['search'] },
  },
})
console.log(`run ${run.id}: ${run.attributes.status}`)
// Each key is there only if something was created.
for (const key of ['created-test', 'created-instance']) {
  if (key in meta) console.log(`${key} ${meta[key]}`)
}
