// Uploads a run with the result of each step; the steps decide its status.
// Run it with: node upload-with-steps.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_INSTANCE } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const { data: run } = await call('POST', `/projects/${ASSAY_PROJECT}/runs.json`, {
  data: {
    type: 'runs',
    attributes: { 'instance-id': ASSAY_INSTANCE, 'run-duration': '00:01:30' },
    steps: {
      data: [
        { name: 'Open the basket', status: 'PASSED' },
        { name: 'Pay', 'expected-results': 'A receipt is sent', 'actual-results': 'No receipt', status: 'FAILED' },
      ],
    },
  },
})
console.log(`run ${run.id}: ${run.attributes.status}`)
const steps = await call('GET', `/projects/${ASSAY_PROJECT}/step_runs.json?run-ids=${run.id}`)
for (const { attributes } of steps.data) console.log(`step ${attributes.position}: ${attributes.status}`)
