// Creates an issue and moves it along the workflow, from "new" to "open".
// Run it with: node create-issue-and-move-status.mjs
const { ASSAY_URL = 'http://127.0.0.1:3000', ASSAY_TOKEN, ASSAY_PROJECT, ASSAY_USER } = process.env

async function call(method, path, body) {
  const headers = { PTToken: ASSAY_TOKEN, 'Content-Type': 'application/json' }
  const answer = await fetch(`${ASSAY_URL}/api/v2${path}`, { method, headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (answer.status === 200) return json
  for (const { title } of json.errors) console.error(title)
  process.exit(1)
}

const path = `/projects/${ASSAY_PROJECT}/issues`
// A personal token knows its user, an account token has none of its own.
const reported = { title: 'The total is missing', priority: '2-high', 'author-id': ASSAY_USER }
const { data: issue } = await call('POST', `${path}.json`, { data: { type: 'issues', attributes: reported } })
console.log(`issue ${issue.id}: ${issue.attributes['status-name']}`)
const { data: moved } = await call('PUT', `${path}/${issue.id}/update_status.json`, {
  data: { type: 'issues', attributes: { 'status-name': 'open', 'user-id': ASSAY_USER } },
})
console.log(`issue ${moved.id}: ${moved.attributes['status-name']}`)
