import { describe, expect, it } from 'vitest'
import { checkFloors, checkOutside } from '../../../scripts/check-floors.ts'

const check = (files: Record<string, string>) => checkFloors(new Map(Object.entries(files)))

describe('the check of imports', () => {
  it('lets a file import from its own floor and from those below', () => {
    expect(
      check({
        'app/main.ts': "import Fastify from 'fastify'\nimport { a } from '../core/a.ts'\nimport { b } from './b.ts'\n",
        'app/b.ts': '',
        'core/a.ts': '',
        'core/a.test.ts':
          "import { a } from './a.ts'\nimport { expectLinear } from '../../../test-support/growth.ts'\n",
      }),
    ).toEqual([])
  })

  it('names imports that go up, in one line or several, of types too, and those made while running', () => {
    const found = check({
      'core/a.ts': "import {\n  type Tx,\n} from '../db/handle.ts'\n",
      'core/a.test.ts': "import { handle } from '../db/handle.ts'\n",
      'db/handle.ts': "export const load = () => import('../app/main.ts')\n",
      'db/again.ts': "export type { X } from '../engine/x.ts'\n",
      'app/main.ts': '',
      'engine/x.ts': '',
    })
    expect(found).toEqual([
      'core/a.ts imports db/handle.ts: db is above core',
      'core/a.test.ts imports db/handle.ts: db is above core',
      'db/handle.ts imports app/main.ts: app is above db',
      'db/again.ts imports engine/x.ts: engine is above db',
    ])
  })

  it('names what is on no floor, and floors that are closed', () => {
    const found = check({
      'shared/a.ts': "import { b } from '../core/b.ts'\n",
      'core/b.ts': "import { expectLinear } from '../../../test-support/growth.ts'\n",
      'http/c.ts': "import { tests } from '../resources/tests/tests.resource.ts'\n",
      'resources/tests/tests.resource.ts': '',
    })
    expect(found).toEqual([
      'shared/a.ts is on no floor',
      'core/b.ts imports ../../test-support/growth.ts, which is on no floor',
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

  it('names imports up the roles of a resource, in its own folder', () => {
    const found = check({
      'resources/tests/tests.rules.ts': "import type { Row } from './tests.store.ts'\n",
      'resources/tests/tests.list.ts':
        "import { tests } from './tests.resource.ts'\nimport { f } from './tests.store.ts'\n",
      'resources/tests/tests.store.ts': "import { testsList } from './other.list.ts'\n",
      'resources/tests/other.list.ts': '',
      'resources/tests/tests.resource.ts': '',
      'resources/tests/tests.actions.ts':
        "import { Row } from './clone-test.ts'\nimport { r } from './tests.routes.ts'\n",
      'resources/tests/tests.routes.ts': "import { testsList } from './tests.list.ts'\n",
      'resources/tests/clone-test.ts': "import { insert } from './tests.store.ts'\n",
      'resources/sets/sets.list.ts': "import { count } from '../tests/tests.store.ts'\n",
    })
    expect(found).toEqual([
      'resources/tests/tests.rules.ts imports resources/tests/tests.store.ts: store is above rules',
      'resources/tests/tests.list.ts imports resources/tests/tests.store.ts: store is above list',
      'resources/tests/tests.actions.ts imports resources/tests/tests.routes.ts: routes is above actions',
    ])
  })

  it("names imports of another folder's actions and routes, but not those of the registry", () => {
    const found = check({
      'resources/registry.ts': "import { runsRoutes } from './runs/runs.routes.ts'\n",
      'resources/runs/runs.actions.ts': "import { insertTests } from '../tests/tests.actions.ts'\n",
      'resources/runs/runs.routes.ts': "import { create } from './runs.actions.ts'\n",
      'resources/runs/plan-steps.ts': "import { testsRoutes } from '../tests/tests.routes.ts'\n",
      'resources/tests/tests.actions.ts': '',
      'resources/tests/tests.routes.ts': '',
    })
    expect(found).toEqual([
      'resources/runs/runs.actions.ts imports resources/tests/tests.actions.ts: actions are known in their own folder only',
      'resources/runs/plan-steps.ts imports resources/tests/tests.routes.ts: routes are known in their own folder only',
    ])
  })

  it('names SQL outside lists and stores', () => {
    const query = "selectFrom('tests').execute()\n"
    const found = check({
      'resources/tests/tests.store.ts': `import { sql } from 'kysely'\nexport const a = (tx) => tx.db.${query}`,
      'resources/tests/tests.list.ts': `export const a = ({ db }) => db.${query}`,
      'resources/tests/tests.actions.ts': `export const a = (tx) => tx.db.${query}`,
      'resources/tests/clone-test.ts': `export const a = ({ dialect, db }) => db.${query}`,
      'resources/tests/tests.rules.ts': "import { sql } from 'kysely'\n",
      'resources/tests/tests.routes.ts':
        "import type { Tx } from '../../db/handle.ts'\nexport type A = Pick<Tx, 'db'>\n",
      'features/links/links.ts': `export const a = (tx) => tx.db.${query}`,
      'db/handle.ts': '',
    })
    const wrong = (file: string) => `${file} asks the database itself: queries stand in a .store.ts or .list.ts`
    expect(found).toEqual([
      wrong('resources/tests/tests.actions.ts'),
      wrong('resources/tests/clone-test.ts'),
      wrong('resources/tests/tests.rules.ts'),
    ])
  })
})

describe('the check of imports from outside of the server', () => {
  const outside = (files: Record<string, string>, insiders: Record<string, string> = {}) =>
    checkOutside(new Map(Object.entries(files)), insiders)

  it('lets files import each other, packages, and whatever starts programs', () => {
    const found = outside({
      'e2e/a.test.ts': "import { b } from './b.ts'\nimport { run } from '../cli/src/test/run.ts'\n",
      'e2e/b.ts': "import pg from 'pg'\nimport { freePort } from '../test-support/free-port.ts'\n",
      'cli/src/main.ts': "import { createClient } from '@assay/sdk'\nconst path = 'server/src/app/main.ts'\n",
    })
    expect(found).toEqual([])
  })

  it('names imports of the source of the server, however they are made, of types and of its package too', () => {
    const found = outside({
      'e2e/a.test.ts': "import { sha256 } from '../server/src/core/hash.ts'\n",
      'e2e/hostile/b.ts': "import '../../server/src/app/main.ts'\n",
      'bench/works.ts': "export type {\n  Database,\n} from '../server/src/db/handle.ts'\n",
      'sdk/src/c.ts': "const config = () => import('@assay/server/config')\n",
      'cli/src/d.ts': "type Admin = typeof import('@assay/server/admin')\n",
    })
    expect(found).toEqual([
      'e2e/a.test.ts imports server/src/core/hash.ts: use the wire or a command',
      'e2e/hostile/b.ts imports server/src/app/main.ts: use the wire or a command',
      'bench/works.ts imports server/src/db/handle.ts: use the wire or a command',
      'sdk/src/c.ts imports @assay/server/config: use the wire or a command',
      'cli/src/d.ts imports @assay/server/admin: use the wire or a command',
    ])
  })

  it('lets those do so that are listed, and names whoever is listed for nothing', () => {
    const seeder = { 'bench/seed.ts': "import { bootstrap } from '../server/src/operator/bootstrap.ts'\n" }
    expect(outside(seeder, { 'bench/seed.ts': 'many rows' })).toEqual([])
    expect(outside({ ...seeder, 'bench/run.ts': '' }, { 'bench/seed.ts': '…', 'bench/run.ts': '…' })).toEqual([
      'bench/run.ts imports nothing of the server: it needs no exception',
    ])
    expect(outside({}, { 'bench/gone.ts': '…' })).toEqual([
      'bench/gone.ts imports nothing of the server: it needs no exception',
    ])
  })
})
