import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  AssayConnectionError,
  AssayError,
  backOffDelay,
  isRetriedStatus,
  type ProjectClient,
  randomKey,
  readAnswer,
  requestUrl,
  serverRoot,
} from '@assay/sdk'
import described from '../../package.json' with { type: 'json' }
import { CliError } from '../cli-error.ts'
import type { FoundFile } from './find-files.ts'
import { createBody, type ImportBody } from './import-body.ts'
import type { Parameters } from './import-parameters.ts'
import { type Posted, post } from './post.ts'
import type { ProgressBar } from './progress-bar.ts'

/** A receipt, and what stands beside it. */
export type Receipt = Answer<'createImport'>

export interface Delivery {
  baseUrl: string
  token: string
  projectId: number
  /** For questions beside the delivery; it repeats none. */
  project: ProjectClient
  parameters: Parameters
  files: readonly FoundFile[]
  bar: ProgressBar
  /** Attempts after the first at most. */
  retries: number
  /** Milliseconds without a byte sent or a case stored, anew, after which it is given up. */
  patience: number
  signal: AbortSignal
}

export interface Delivered {
  receipt: Receipt
  retries: number
}

/** How often the receipt is asked how far storing is: where somebody sees it, and where only life is looked for. */
const ASK_EVERY = { live: 1000, otherwise: 10_000 }
/** An import that was stored by a process which is gone belongs to nobody after this time. */
const LEASE = 25_000

/** What an attempt and those before it have reached. */
class Advance {
  private furthest = { sent: 0, stored: -1 }
  private last = Date.now()
  private readonly patience: number

  constructor(patience: number) {
    this.patience = patience
  }

  note(what: 'sent' | 'stored', figure: number): void {
    if (figure <= this.furthest[what]) return
    this.furthest[what] = figure
    this.last = Date.now()
  }

  get stands(): number {
    return Date.now() - this.last
  }

  isOver(wait = 0): boolean {
    return this.stands + wait > this.patience
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** An error of a connection as the SDK tells of one. */
const lost = (root: string, error: unknown) =>
  new AssayConnectionError(`No answer from ${new URL(root).origin}: ${(error as Error).message}`, error)

async function receiptOf({ status, headers, text }: Posted, address: string): Promise<Receipt> {
  if (status >= 300 && status < 400) {
    throw new CliError(
      `${address} leads to ${headers.get('location') ?? 'somewhere else'}: set ASSAY_URL to the server's own address`,
    )
  }
  return (await readAnswer(new Response(text, { status: Math.max(200, status), headers }))) as Receipt
}

/** Whether a server said that it does not unpack so much of so little, which it may take as it is. */
const isOverpacked = (error: unknown, body: ImportBody) =>
  error instanceof AssayError && error.status === 413 && body.headers['content-encoding'] !== undefined

/**
 * Sends files in one request, and once more under the same key, as often as it takes, while the server is away, busy or
 * told to start again: it goes on where storing stopped. The key is random, so that another call is another delivery.
 */
export async function deliver(delivery: Delivery): Promise<Delivered> {
  const { bar, signal } = delivery
  const root = serverRoot(delivery.baseUrl)
  const key = randomKey()
  const mark = key.slice(0, 12)
  const advance = new Advance(delivery.patience)
  let body = await createBody(delivery.files, { plain: false })
  let retries = 0
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    let reason: AssayError
    try {
      return { receipt: await attemptOnce(delivery, { body, key, mark, root, advance }), retries }
    } catch (error) {
      signal.throwIfAborted()
      if (isOverpacked(error, body)) {
        body = await createBody(delivery.files, { plain: true })
        continue
      }
      if (!(error instanceof AssayError)) throw error
      reason = error
    }
    if (!isRetriedStatus(reason.status)) throw reason
    const delay = reason.retryAfter ?? backOffDelay(attempt, 250)
    if (retries >= delivery.retries) throw givenUp(reason, `after ${retries + 1} attempts`)
    if (advance.isOver(delay)) throw givenUp(reason, `after ${seconds(advance.stands)} without progress`)
    retries++
    bar.note(`POST imports.json: ${reason.message}; retry ${retries} in ${seconds(delay)}`)
    await sleep(delay, undefined, { signal })
    const finished = await whileStored(delivery, mark, advance)
    if (finished !== undefined) return { receipt: finished, retries }
  }
}

const givenUp = (reason: AssayError, when: string) =>
  new CliError(`${reason.message}\nNot delivered: given up ${when}. A re-run sends everything again.`, {
    cause: reason,
  })

interface Attempt {
  body: ImportBody
  key: string
  mark: string
  root: string
  advance: Advance
}

async function attemptOnce(delivery: Delivery, { body, key, mark, root, advance }: Attempt): Promise<Receipt> {
  const { bar, parameters, projectId, token } = delivery
  const [only] = delivery.files
  const query = delivery.files.length === 1 && only ? { filename: only.name, ...parameters } : parameters
  const address = requestUrl(root, `projects/${projectId}/imports.json`, query)
  const ended = new AbortController()
  const stop = new AbortController()
  const signal = AbortSignal.any([delivery.signal, stop.signal])
  let sent = 0
  const watching = setInterval(() => {
    if (advance.isOver()) stop.abort(new Error(`no progress in ${seconds(advance.stands)}`))
  }, 1000)
  const stream = body.open((bytes) => {
    sent += bytes
    advance.note('sent', sent)
    bar.update(sent, body.size, 'bytes sent')
  })
  try {
    const posted = await post(address, {
      headers: {
        ...body.headers,
        accept: 'application/json',
        pttoken: token,
        'idempotency-key': key,
        'user-agent': `assay-cli/${described.version} (delivery ${mark})`,
      },
      body: stream,
      signal,
      onSent: () => void watchStoring(delivery, mark, advance, ended.signal).catch(() => {}),
    })
    return await receiptOf(posted, address)
  } catch (error) {
    if (error instanceof AssayError || error instanceof CliError) throw error
    throw lost(root, stop.signal.aborted ? stop.signal.reason : error)
  } finally {
    clearInterval(watching)
    ended.abort()
    stream.destroy()
  }
}

type Import = Answer<'showImport'>

/** The import that this delivery is, once the server has begun to store it. */
async function findImport({ project }: Delivery, mark: string): Promise<string | undefined> {
  const { data } = await project.call('listImports', { query: { 'page[size]': 100 } })
  return data.find(({ attributes }) => attributes.source?.includes(mark))?.id
}

/** Shows how far storing is, until it is told to end. What goes wrong here is no fault of the delivery. */
async function watchStoring(delivery: Delivery, mark: string, advance: Advance, signal: AbortSignal): Promise<void> {
  const every = delivery.bar.isLive ? ASK_EVERY.live : ASK_EVERY.otherwise
  let id: string | undefined
  while (!signal.aborted) {
    await sleep(every, undefined, { signal })
    try {
      id ??= await findImport(delivery, mark)
      if (id === undefined || signal.aborted) continue
      const shown = await delivery.project.call('showImport', { path: { id } })
      if (!signal.aborted) noteStored(delivery, shown, advance)
    } catch {
      // The server is away; the request that stores says so itself.
    }
  }
}

function noteStored({ bar }: Delivery, { data: { attributes } }: Import, advance: Advance): void {
  const done = attributes.stored + attributes.refused
  advance.note('stored', done)
  bar.update(done, attributes.received, 'cases stored')
}

/**
 * After a cut connection the server goes on by itself with what arrived whole: waits for it as long as it does, and
 * answers the receipt once it is finished. Undefined when the files have to be sent again.
 */
async function whileStored(delivery: Delivery, mark: string, advance: Advance): Promise<Receipt | undefined> {
  let seen = { done: -1, at: Date.now() }
  for (;;) {
    try {
      const id = await findImport(delivery, mark)
      if (id === undefined) return undefined
      const shown = await delivery.project.call('showImport', { path: { id } })
      noteStored(delivery, shown, advance)
      const { state, stored, refused } = shown.data.attributes
      if (state !== 'receiving') return shown
      const done = stored + refused
      if (done > seen.done) seen = { done, at: Date.now() }
    } catch (error) {
      if (!(error instanceof AssayError)) throw error
      return undefined
    }
    // Its process is gone, perhaps with the server: under the key the next one goes on.
    if (Date.now() - seen.at > LEASE || advance.isOver()) return undefined
    await sleep(delivery.bar.isLive ? ASK_EVERY.live : 2000, undefined, { signal: delivery.signal })
  }
}
