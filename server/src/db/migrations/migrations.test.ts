import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MIGRATIONS } from './all.ts'

it('lists every migration of the folder, in order', () => {
  const files = readdirSync(import.meta.dirname).flatMap((file) => /^(\d{12}-.+)\.ts$/.exec(file)?.[1] ?? [])
  expect(Object.keys(MIGRATIONS)).toEqual(files.sort())
})
