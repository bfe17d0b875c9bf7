import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { runInNewContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'

const ENTRY = join(import.meta.dirname, 'index.ts')

/** Every file that `file` imports, and what they import, with the imports that lead elsewhere. */
function walk(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'/gm)].map(
    (match) => match[1] as string,
  )
  seen.set(
    file,
    specifiers.filter((name) => !name.startsWith('./')),
  )
  for (const name of specifiers) if (name.startsWith('.')) walk(join(dirname(file), name), seen)
  return seen
}

/** One file of JavaScript made of `code`, as a bundler ships it. */
async function bundle(code: string, format: 'esm' | 'iife' = 'esm'): Promise<string> {
  const name = '\0entry'
  const bundler = await rolldown({
    input: name,
    external: [/^node:/],
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === name ? id : id === '@assay/sdk' ? ENTRY : null),
        load: (id) => (id === name ? code : null),
      },
    ],
  })
  const { output } = await bundler.generate({ format, name: 'made' })
  await bundler.close()
  return output[0].code
}

describe('the package', () => {
  it('imports nothing but its own files', () => {
    const files = walk(ENTRY)
    expect([...files].filter(([, elsewhere]) => elsewhere.length > 0)).toEqual([])
    expect([...files.keys()].map((file) => relative(import.meta.dirname, file))).toContain('generated/operations.ts')
  })

  it('needs no globals but those of the web', async () => {
    const code = await bundle("export * from '@assay/sdk'", 'iife')
    const { AbortController, AbortSignal, Blob, Response, TextEncoder, URL, URLSearchParams } = globalThis
    const calls: string[] = []
    const fetch = async (url: string, { headers }: { headers: Record<string, string> }) => {
      calls.push(`${url} ${headers.PTToken}`)
      if (calls.length === 1) return new Response('{}', { status: 503 })
      return new Response(JSON.stringify({ data: { attributes: { name: 'Ada' } } }))
    }
    const web = { AbortController, AbortSignal, Blob, Response, TextEncoder, URL, URLSearchParams, fetch }
    const rest = { crypto, btoa, setTimeout, clearTimeout }
    const program = `${code};(async () => {
      const client = made.createClient({ baseUrl: 'https://assay.example.org', token: 't', retry: { backOff: 1 } })
      const { content_encoded } = await made.attachment('a', new Blob(['hi']))
      return [(await client.call('showMe')).data.attributes.name, content_encoded, typeof process, typeof Buffer]
    })()`
    // The array is of the other realm.
    expect([...(await runInNewContext(program, { ...web, ...rest }))]).toEqual([
      'Ada',
      'aGk=',
      'undefined',
      'undefined',
    ])
    expect(calls).toEqual(Array(2).fill('https://assay.example.org/api/v2/me.json t'))
  })

  it('leaves out of a bundle what is not used', async () => {
    const parts = {
      operations: 'projects/{project_id}/runs.json',
      requests: 'Idempotency-Key',
      attachments: 'content_encoded',
      paging: 'Symbol.asyncIterator',
    }
    const kept = async (code: string) => {
      const text = await bundle(code)
      return Object.entries(parts).flatMap(([part, mark]) => (text.includes(mark) ? [part] : []))
    }
    expect(await kept("import '@assay/sdk'")).toEqual([])
    expect(await kept("import { attachment } from '@assay/sdk'; console.log(attachment)")).toEqual(['attachments'])
    expect(await kept("import { createRequest } from '@assay/sdk'; console.log(createRequest)")).toEqual(['requests'])
    expect(await kept("import { createClient } from '@assay/sdk'; console.log(createClient)")).toEqual([
      'operations',
      'requests',
      'paging',
    ])
  })

  it('is small', async () => {
    const code = await bundle("export { createClient } from '@assay/sdk'")
    expect(code.length).toBeLessThan(30_000)
  })
})
