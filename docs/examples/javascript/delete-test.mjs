// Deletes a test with its steps, instances and runs.
// Run it with: node delete-test.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_TEST } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const { data: deleted } = await call('DELETE', `/projects/${ASSAY_PROJECT}/tests/${ASSAY_TEST}.json`)
console.log(`deleted test ${deleted.id}`)
