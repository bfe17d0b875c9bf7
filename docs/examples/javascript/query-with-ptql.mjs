// Finds the tests tagged "smoke" whose latest run failed.
// Run it with: node query-with-ptql.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT } = process.env

async function get(address) {
  const answer = await fetch(address, { headers: { PTToken: ASSAY_TOKEN } })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const ptql = "'Run Status' = FAILED AND Tags = smoke"
const found = await get(`${ASSAY_URL}/api/v2/projects/${ASSAY_PROJECT}/tests.json?${new URLSearchParams({ ptql })}`)
for (const { id, attributes } of found.data) console.log(`test ${id}: ${attributes.name}`)
console.log(`${found.meta['total-count']} found`)
