// Reads every run of a set, a page of up to 100 at a time.
// Run it with: node read-results-page-by-page.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_SET } = process.env

async function get(address) {
  const answer = await fetch(address, { headers: { PTToken: ASSAY_TOKEN } })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

let address = `${ASSAY_URL}/api/v2/projects/${ASSAY_PROJECT}/runs.json?set-ids=${ASSAY_SET}`
const runs = []
while (address) {
  const { data, links, meta } = await get(address)
  runs.push(...data)
  console.log(`page ${meta['current-page']}: ${data.length} runs`)
  // The last page has no "next"; the others name a whole URL.
  address = links.next
}
const failed = runs.filter(({ attributes }) => attributes.status === 'FAILED')
console.log(`${runs.length} runs, ${failed.length} failed`)
