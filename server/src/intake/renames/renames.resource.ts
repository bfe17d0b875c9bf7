import { filled, id, shortText, timestamp } from '../../core/resource/define-resource.ts'
import { defineResource } from '../../engine/define-resource.ts'

/** A test that is missing in a build and one that is new there, which may be one (contract §10.2). */
export const renames = defineResource({
  type: 'renames',
  path: 'renames',
  noun: 'pair',
  table: 'renames',
  scope: 'project',
  attributes: {
    'project-id': id('-', filled),
    'build-id': id('-', { ...filled, about: ['The build that has the one and lacks the other', 880] }),
    'from-test-id': id('-', {
      ...filled,
      about: ['The test that is missing in the build, and goes on when they are joined', 30],
    }),
    'from-name': shortText('-', { ...filled, about: ['What it was called', 'cart › adds'] }),
    'to-test-id': id('-', {
      ...filled,
      about: ['The test that is new in the build; while they are joined there is none with this id', 31],
    }),
    'to-name': shortText('-', { ...filled, about: ['What the new one was called', 'cart › adds an item'] }),
    reason: shortText('-', {
      ...filled,
      about: ['What they agree in: name and class, name and file, file and words; or by hand', 'name and file'],
    }),
    state: shortText('-', { ...filled, about: ['proposed or joined', 'joined'] }),
    'created-at': timestamp('-', filled),
    'updated-at': timestamp('-', filled),
  },
})
