// Uploads the result of one automated test.
// Run it with: node upload-run.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_INSTANCE } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const result = {
  'instance-id': ASSAY_INSTANCE,
  'exit-code': 0,
  'run-duration': '00:00:42',
  'automated-execution-output': '12 assertions, 0 failures',
}
const body = { data: { type: 'runs', attributes: result } }
const { data: run } = await call('POST', `/projects/${ASSAY_PROJECT}/runs.json`, body)
console.log(`run ${run.id}: ${run.attributes.status}`)
