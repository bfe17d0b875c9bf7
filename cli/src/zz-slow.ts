import { createClient } from '@assay/sdk'
const c = createClient({ baseUrl: process.env.ASSAY_URL!, token: process.env.ASSAY_TOKEN! })
async function time(label: string, f: () => Promise<any>) { const t = performance.now(); for (let i = 0; i < 5; i++) await f(); console.log(label, ((performance.now() - t) / 5).toFixed(1), 'ms') }
const names = Array.from({ length: 100 }, (_, i) => `suite.Class500 › does thing number ${i}`)
let ids: number[] = []
await time('bulk_search', async () => { const a: any = await c.request('POST', 'projects/4/tests/bulk_search.json', { body: { data: names.map((n) => ({ name_exact: n })) } }); ids = a.data.map((d: any) => Number(d.tests.data[0].id)) })
let inst: number[] = []
await time('instances', async () => { inst = []; for await (const r of c.list('projects/4/instances.json', { 'set-ids': 41, 'test-ids': ids })) inst.push(Number(r.id)) })
await time('runs', async () => { await c.request('POST', 'projects/4/runs.json', { body: { data: inst.map((i) => ({ type: 'runs', attributes: { 'instance-id': i, 'exit-code': 0, 'run-duration': 1 } })) } }) })
let k = 0
await time('create tests', async () => { k++; const a: any = await c.request('POST', 'projects/4/tests.json?find-or-create=true', { body: { data: names.map((n) => ({ attributes: { name: `${n} new ${k}`, 'author-id': 2 } })) } }); ids = a.data.map((d: any) => Number(d.id)) })
await time('create instances', async () => { await c.request('POST', 'projects/4/instances.json', { body: { data: ids.map((i) => ({ attributes: { 'set-id': 41, 'test-id': i } })) } }) })
