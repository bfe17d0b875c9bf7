import { describe, expect, it } from 'vitest'
import { checkFloors } from '../../../scripts/check-floors.ts'

const check = (files: Record<string, string>) => checkFloors(new Map(Object.entries(files)))

describe('the check of imports', () => {
  it('lets a file import from its own floor and from those below', () => {
    expect(
      check({
        'app/main.ts': "import Fastify from 'fastify'\nimport { a } from '../core/a.ts'\nimport { b } from './b.ts'\n",
        'app/b.ts': '',
        'core/a.ts': '',
      }),
    ).toEqual([])
  })

  it('names imports that go up, in one line or several, of types too, and those made while running', () => {
    const found = check({
      'core/a.ts': "import {\n  type Tx,\n} from '../db/handle.ts'\n",
      'db/handle.ts': "export const load = () => import('../app/main.ts')\n",
      'db/again.ts': "export type { X } from '../engine/x.ts'\n",
      'app/main.ts': '',
      'engine/x.ts': '',
    })
    expect(found).toEqual([
      'core/a.ts imports db/handle.ts: db is above core',
      'db/handle.ts imports app/main.ts: app is above db',
      'db/again.ts imports engine/x.ts: engine is above db',
    ])
  })

  it('names what is on no floor, and floors that are closed', () => {
    const found = check({
      'shared/a.ts': "import { b } from '../core/b.ts'\n",
      'core/b.ts': '',
      'http/c.ts': "import { tests } from '../resources/tests/tests.resource.ts'\n",
      'resources/tests/tests.resource.ts': '',
    })
    expect(found).toEqual([
      'shared/a.ts is on no floor',
      'http/c.ts imports resources/tests/tests.resource.ts: http knows no resources',
    ])
  })

  it('names circles, and packages where they have no place', () => {
    const found = check({
      'core/a.ts': "import { b } from './b.ts'\nimport { sql } from 'kysely'\n",
      'core/b.ts': "import type { c } from './c.ts'\n",
      'core/c.ts': "import { a } from './a.ts'\n",
      'resources/tests/tests.routes.ts': "import type { FastifyReply } from 'fastify'\n",
    })
    expect(found).toEqual([
      'core/a.ts imports kysely',
      'resources/tests/tests.routes.ts imports fastify',
      'a circle: core/a.ts → core/b.ts → core/c.ts → core/a.ts',
    ])
  })
})
