import { expect, it } from 'vitest'
import { writeSnippets } from './snippets.ts'

const CALL = {
  method: 'PUT',
  path: '/api/v2/projects/{project_id}/step_runs/{id}.json',
  values: { project_id: 4, id: 91 },
  body: { data: { attributes: { status: 'PASSED' } } },
}

const written = (call: Parameters<typeof writeSnippets>[0]) =>
  Object.fromEntries(writeSnippets(call).map(({ lang, source }) => [lang, source]))

it('writes a call in six languages, each a program of its own', () => {
  expect(writeSnippets(CALL).map(({ label }) => label)).toEqual(['Shell', 'Ruby', 'Python', 'JavaScript', 'Java', 'C#'])
  const { shell, ruby, python, javascript, java, csharp } = written(CALL)
  expect(shell).toBe(`project_id=4 step_run_id=91
curl -sS -X PUT "$ASSAY_URL/api/v2/projects/$project_id/step_runs/$step_run_id.json" \\
  -H "PTToken: $ASSAY_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d @- <<'JSON'
{"data": {"attributes": {"status": "PASSED"}}}
JSON`)
  expect(ruby).toContain(`request.body = JSON.generate({ data: { attributes: { status: 'PASSED' } } })`)
  expect(python).toContain('f"/api/v2/projects/{project_id}/step_runs/{step_run_id}.json"')
  expect(javascript).toContain('/projects/$' + '{projectId}/step_runs/$' + '{stepRunId}.json`, {')
  expect(java).toContain('.method("PUT", BodyPublishers.ofString(body))')
  expect(csharp).toContain('["data"] = new JsonObject { ["attributes"] = new JsonObject { ["status"] = "PASSED" } }')
})

it('sends no body and no method where there is none to send', () => {
  const { shell, javascript, java } = written({ method: 'GET', path: '/api/v2/projects.json' })
  expect(shell).toBe('curl -sS "$ASSAY_URL/api/v2/projects.json" \\\n  -H "PTToken: $ASSAY_TOKEN"')
  expect(javascript).not.toMatch(/method|body/)
  expect(java).not.toMatch(/method\(|BodyPublishers/)
  expect(written({ method: 'POST', path: '/x' }).shell).toContain('curl -sS -X POST "$ASSAY_URL/x"')
})

it('appends what the query must hold, and stores what is no text', () => {
  const download = { method: 'GET', path: '/files/{signed_token}', query: 'a=1&b=2', download: true }
  const { shell, ruby } = written({ ...download, values: { signed_token: 'x' } })
  expect(shell).toContain('signed_token=x\ncurl -sSL "$ASSAY_URL/files/$signed_token?a=1&b=2"')
  expect(shell).toContain('-o file')
  expect(ruby).toContain("File.binwrite('file', answer.body)")
})
