import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, dirname, join, parse } from 'node:path'
import { newFolder, ROOT } from './server-process.ts'

/** One task of `docs/examples/tasks.json`; every language has a program for it. */
export interface Task {
  task: string
  title: string
  /** Method and path, as the OpenAPI document spells them, of what the programs call. */
  operations: [string, string][]
  /** What the programs read beside ASSAY_URL and ASSAY_TOKEN. */
  environment: string[]
}

export const EXAMPLES = join(ROOT, 'docs/examples')

export const TASKS = JSON.parse(readFileSync(join(EXAMPLES, 'tasks.json'), 'utf8')) as Task[]

/** The languages of the samples, by the names of their folders. */
export const LANGUAGES = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

/** The file that does a task in a language: it bears the name of the task, spelled as the language has it. */
export function fileOf(language: string, task: string): string {
  const plain = (name: string) => name.replaceAll('-', '').toLowerCase()
  const [file, ...more] = readdirSync(join(EXAMPLES, language)).filter(
    (name) => plain(parse(name).name) === plain(task),
  )
  if (file === undefined || more.length > 0) throw new Error(`${task} must have one file in ${language}`)
  return file
}

/** What Debian calls the package of a program, where the names differ; `.ci/run` installs them. */
const PACKAGES: Record<string, string> = {
  java: 'default-jdk-headless',
  mcs: 'mono-mcs libmono-system-net-http4.0-cil libmono-system-json4.0-cil',
  mono: 'mono-runtime',
}

const waiting: (() => void)[] = []
let places = 2

/** Two programs at a time: the machines this runs on are small. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (places > 0) places--
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else places++
  }
}

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs the program of a task alone in a folder, by the command that its own first lines name. */
export function runExample(language: string, task: string, env: Record<string, string>): Promise<Outcome> {
  const folder = newFolder()
  const file = fileOf(language, task)
  const text = readFileSync(join(EXAMPLES, language, file), 'utf8')
  writeFileSync(join(folder, file), text)
  return runIn(folder, /run it with:(?:\n\W+)? (.*)$/im.exec(text)?.[1] as string, env)
}

/**
 * Runs a command in a folder with these variables and no others. A missing interpreter is an error that says what to
 * install.
 */
export function runIn(folder: string, command: string, env: Record<string, string>): Promise<Outcome> {
  const { PATH = '', HOME = '' } = process.env
  const path = `${dirname(process.execPath)}${delimiter}${PATH}`
  return inTurn(async () => {
    const outcome = { code: 0, stdout: '', stderr: '' }
    const child = spawn('sh', ['-c', command], { cwd: folder, env: { PATH: path, HOME, ...env } })
    child.stdout.on('data', (chunk) => (outcome.stdout += chunk))
    child.stderr.on('data', (chunk) => (outcome.stderr += chunk))
    child.stdin.end()
    const [code] = await once(child, 'close')
    const missing = code === 127 ? (/(\w+): (?:command )?not found/.exec(outcome.stderr)?.[1] ?? 'sh') : undefined
    if (missing) throw new Error(`this test needs ${missing}: apt-get install ${PACKAGES[missing] ?? missing}`)
    return { ...outcome, code }
  })
}

/** The OpenAPI spelling of a path that a program called. */
function template(path: string): string {
  const [bare = ''] = path.slice('/api/v2'.length).split('?')
  return bare.replace(/^\/projects\/\d+\//, '/projects/{project_id}/').replace(/\/\d+(?=[/.])/g, '/{id}')
}

/** Stands between a program and the server, and notes each operation that is called, once, in order. */
export async function listenIn(serverUrl: string) {
  const calls: [string, string][] = []
  const seen = new Set<string>()
  const proxy = createServer((incoming, outgoing) => {
    const method = incoming.method as string
    const path = template(incoming.url as string)
    if (!seen.has(`${method} ${path}`)) calls.push([method, path])
    seen.add(`${method} ${path}`)
    // The Host stays: links must lead back here.
    const passed = httpRequest(`${serverUrl}${incoming.url}`, { method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode as number, answer.headers)
      answer.pipe(outgoing)
    })
    passed.once('error', (error) => outgoing.destroy(error))
    incoming.pipe(passed)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    calls,
    close() {
      proxy.close()
      proxy.closeAllConnections()
    },
  }
}
