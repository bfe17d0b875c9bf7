import type { Answered } from './build-app.ts'
import { createValidators, DOCUMENT, escaped } from './openapi-document.ts'

const validatorAt = createValidators(DOCUMENT)

/** What of an answer is not as the OpenAPI document says; undefined when all is. */
export function driftOfAnswer(method: string, path: string, { status, body }: Answered): string | undefined {
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
  if (operation === undefined || body === undefined) return undefined
  const response = operation.responses[String(status)]
  if (response === undefined) return `the status ${status} is not documented`
  const own = `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`
  const at = response.$ref === undefined ? own : response.$ref.slice(1)
  const validate = validatorAt(`${at}/content/${escaped('application/json')}/schema`)
  if (validate(body)) return undefined
  return validate.errors?.map(({ instancePath, message }) => `data${instancePath} ${message}`).join('\n')
}
