// Links a test to a requirement and reads what that makes of its status.
// Run it with: node link-requirement.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_REQUIREMENT, ASSAY_TEST } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const path = `/projects/${ASSAY_PROJECT}/requirements/${ASSAY_REQUIREMENT}`
// POST adds, PATCH replaces, DELETE removes; the answer lists the tests that are linked now.
const linked = await call('POST', `${path}/relationships/tests.json`, { data: [{ id: ASSAY_TEST, type: 'tests' }] })
for (const { id } of linked.data) console.log(`linked test ${id}`)
const { data: requirement } = await call('GET', `${path}.json`)
console.log(`requirement ${requirement.id}: ${requirement.attributes['run-status']}`)
