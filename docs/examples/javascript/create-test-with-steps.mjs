// Creates a test with two steps.
// Run it with: node create-test-with-steps.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_USER } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const { data: test } = await call('POST', `/projects/${ASSAY_PROJECT}/tests.json`, {
  data: {
    type: 'tests',
    // A personal token knows its author, an account token has none of its own.
    attributes: { name: 'Pay by card', 'author-id': ASSAY_USER, 'test-type': 'ScriptedTest' },
    steps: {
      data: [
        { name: 'Open the basket', 'expected-results': 'The total is shown' },
        { name: 'Pay', description: 'Use card 4111', 'expected-results': 'A receipt is sent' },
      ],
    },
  },
})
console.log(`test ${test.id}: ${test.attributes.name}, ${test.attributes['steps-count']} steps`)
