// Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").
// Run it with: node bulk-upload.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_RESULTS } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const results = ASSAY_RESULTS.split(',').map((result) => {
  const [instance, exitCode] = result.split(':')
  return { type: 'runs', attributes: { 'instance-id': instance, 'exit-code': exitCode } }
})
// All of them are stored, or, if one is refused, none. The answer has the order of the request;
// a single run is answered by itself, without an array around it.
const runs = await call('POST', `/projects/${ASSAY_PROJECT}/runs.json`, { data: results })
for (const { id, attributes } of [runs.data].flat()) {
  console.log(`run ${id} of instance ${attributes['instance-id']}: ${attributes.status}`)
}
