import { apiError } from '../../core/errors.ts'
import type { Body } from '../../core/jsonapi/body.ts'
import { canonicalKeys, isObject } from '../../core/jsonapi/key-spelling.ts'
import { namesType } from '../../core/kinds.ts'
import { MAX_IDENTIFIERS } from '../../core/limits.ts'
import { inside, invalidAt, type Pointer, type Problems } from '../../core/problems.ts'
import { readId } from '../../core/resource/kinds.ts'
import { shownValue } from '../../core/shown-value.ts'

/** An id of a relationship body, and where it stood. */
export interface Identifier {
  id: number
  place: Pointer
}

/**
 * `data` of a relationship body: an array of identifiers, or one of them. 400 when there is none; a `type` that names
 * another kind of resource is a problem (contract §5).
 */
export function readIdentifiers(body: Body, type: string, problems: Problems): Identifier[] {
  const { data } = body.top
  if (!Array.isArray(data) && !isObject(data)) {
    throw apiError('malformed_body', {
      title: 'The request body must have a "data" array of identifiers',
      detail: `Send {"data": [{"id": "5", "type": "${type}"}]}.`,
      source: { pointer: '/data' },
    })
  }
  if (Array.isArray(data) && data.length > MAX_IDENTIFIERS) {
    throw invalidAt(
      { pointer: '/data' },
      `At most ${MAX_IDENTIFIERS} identifiers are accepted in one request; ${data.length} were sent`,
    )
  }
  const members: [unknown, Pointer][] = Array.isArray(data)
    ? data.map((member, index) => [member, { pointer: `/data/${index}` }])
    : [[data, { pointer: '/data' }]]
  return members.flatMap(([member, place]) => {
    const { id: sent, type: word } = isObject(member) ? canonicalKeys(member) : { id: member, type: undefined }
    if (typeof word === 'string' && word.trim() !== '' && !namesType(word, type)) {
      problems.at(inside(place, 'type'), `Type must be ${type}; ${shownValue(word)} is another kind`)
    }
    const at = inside(place, 'id')
    if (sent === undefined || sent === null || sent === '') {
      problems.at(at, "Id can't be blank")
      return []
    }
    const id = readId(sent, { problems, place: at, label: 'Id' })
    return id === undefined ? [] : [{ id, place: at }]
  })
}
