// Lists the projects the token can see.
// Run it with: node list-projects.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN } = process.env

async function get(address) {
  const answer = await fetch(address, { headers: { PTToken: ASSAY_TOKEN } })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const projects = await get(`${ASSAY_URL}/api/v2/projects.json`)
for (const { id, attributes } of projects.data) console.log(`project ${id}: ${attributes.name}`)
