import { expect, it } from 'vitest'
import { dropOldKeys, KEY_LIFETIME } from '../engine/idempotency.ts'
import { sweepAttachments } from '../resources/attachments/attachments.store.ts'
import type { BlobStore } from '../storage/blob-store.ts'
import { type Json, onEveryDatabase } from '../test/build-app.ts'
import { recordSql } from '../test/record-sql.ts'

onEveryDatabase('what housekeeping does every hour', (get) => {
  it('forgets an Idempotency-Key a day after its request, and not before', async () => {
    const app = get()
    const headers = { 'idempotency-key': 'once a day' }
    const body = { data: { attributes: { name: 'Keyed', 'author-id': app.ownerId } } }
    const post = async () => (await app.post(app.p('/tests.json'), body, { headers })).body.data.id
    const drop = (now: number) => recordSql(() => app.database.write(0, (tx) => dropOldKeys(tx, now)))
    const first = await post()
    await drop(Date.now())
    expect(await post()).toBe(first)
    await drop(Date.now() + KEY_LIFETIME + 1000)
    expect(await post()).not.toBe(first)
  })

  it('asks of a file whether an attachment of the same account has it', async () => {
    const app = get()
    const test = await app.post(app.p('/tests.json'), {
      data: { attributes: { name: 'With a file', 'author-id': app.ownerId } },
    })
    const files = { data: [{ filename: 'a.txt', content_encoded: Buffer.from('kept').toString('base64') }] }
    const body = { entity: 'test', 'entity-id': Number(test.body.data.id), data: { files } }
    const file = (await app.post(app.p('/attachments.json'), body)).body.data[0] as Json
    const { hash } = await app.database.read.db
      .selectFrom('attachments')
      .select('hash')
      .where('project_id', '=', app.projectId)
      .where('id', '=', Number(file.id))
      .executeTakeFirstOrThrow()
    const asked: boolean[] = []
    const other = await app.otherAccount()
    const sweep: BlobStore['sweep'] = async (isReferenced) => {
      asked.push(await isReferenced(app.accountId, hash), await isReferenced(other.accountId, hash))
      return 0
    }
    const blobs = { sweep } as BlobStore
    await recordSql(() => sweepAttachments(app.database.read, blobs, Date.now()))
    await app.del(app.p(`/attachments/${file.id}.json`))
    await recordSql(() => sweepAttachments(app.database.read, blobs, Date.now()))
    expect(asked).toEqual([true, false, false, false])
  })
})
