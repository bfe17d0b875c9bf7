import { expect, it } from 'vitest'
import { codeAt, newRecoveryCode, newTotpSecret, plainCode, stepOf, totpUrl } from './totp.ts'

/** The secret of the examples of RFC 6238, whose codes have two digits more. */
const RFC = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

it.each([
  [59, '287082', 1],
  [1_111_111_109, '081804', 37_037_036],
  [2_000_000_000, '279037', 66_666_666],
])('codes are those of RFC 6238 at %d seconds', (seconds, code, step) => {
  expect([codeAt(RFC, seconds * 1000), stepOf(RFC, code, seconds * 1000)]).toEqual([code, step])
})

it('a code is taken half a minute early and late, and says which step it is of', () => {
  const now = 1_700_000_000_000
  const code = codeAt(RFC, now)
  const step = stepOf(RFC, code, now)
  expect([stepOf(RFC, code, now - 30_000), stepOf(RFC, code, now + 30_000)]).toEqual([step, step])
  expect([stepOf(RFC, code, now - 60_000), stepOf(RFC, code, now + 60_000)]).toEqual([undefined, undefined])
  for (const bad of ['', '28708', '2870822', 'abcdef', '１２３４５６']) expect(stepOf(RFC, bad, now)).toBeUndefined()
})

it('secrets are new each time, and apps are told whose they are', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(newTotpSecret())
  expect(totpUrl(RFC, 'ada@example.org')).toBe(
    `otpauth://totp/Assay:ada%40example.org?issuer=Assay&secret=${RFC}&algorithm=SHA1&digits=6&period=30`,
  )
})

it('codes for when the app is lost are the same however they are typed', () => {
  expect(newRecoveryCode()).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  expect(plainCode(' ABCD efgh-JKMN-pqrs')).toBe('abcdefghjkmnpqrs')
})
