// Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").
// Run it with: node create-set-with-instances.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_TESTS } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const { data: set } = await call('POST', `/projects/${ASSAY_PROJECT}/sets.json`, {
  data: {
    type: 'sets',
    attributes: { name: 'Nightly', version: '1.5' },
    instances: { 'test-ids': ASSAY_TESTS.split(',') },
  },
})
console.log(`set ${set.id}: ${set.attributes.name}`)
// Runs are uploaded to instances: these are their ids.
const instances = await call('GET', `/projects/${ASSAY_PROJECT}/instances.json?set-ids=${set.id}`)
for (const { id, attributes } of instances.data) console.log(`instance ${id}: ${attributes.name}`)
