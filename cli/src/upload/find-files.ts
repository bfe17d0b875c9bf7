import { createWriteStream } from 'node:fs'
import { mkdtemp, open, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { glob, isDynamicPattern } from 'tinyglobby'
import { isInside } from './attachments.ts'

/** A file to send. */
export interface FoundFile {
  /** What the import calls it: with slashes, below the working directory where it is there. */
  name: string
  /** Where its bytes are. */
  path: string
  /** Files that a report names are looked for here. */
  directory: string
  size: number
}

/** Something that was named and is not sent. */
export interface NotSent {
  name: string
  reason: string
}

export interface FoundFiles {
  files: FoundFile[]
  /** Arguments that name nothing readable, and links that lead elsewhere. */
  notSent: NotSent[]
  /** Removes what was spooled. */
  dispose: () => Promise<void>
}

/** So many files are taken in one import at most. */
const MOST = 100_000

/** The name of a file within the import. One that lies elsewhere keeps its whole path, so that no two are one. */
export function nameOf(absolute: string, folder: string): string {
  const relative = path.relative(folder, absolute)
  const name = isInside(absolute, folder) ? relative : absolute.slice(path.parse(absolute).root.length)
  return name.split(path.sep).join('/')
}

/** Where a pattern begins to be one: the folder that all that it finds lies in. */
function baseOf(pattern: string): string {
  const parts = pattern.split('/')
  const first = parts.findIndex((part) => isDynamicPattern(part))
  return parts.slice(0, first === -1 ? -1 : first).join('/') || (pattern.startsWith('/') ? '/' : '.')
}

/** What an argument names, and the folder that it was looked for in; none for a file that is named itself. */
async function pathsOf(argument: string): Promise<{ paths: string[]; folder: string | null } | undefined> {
  const found = await stat(argument).catch(() => null)
  if (found?.isDirectory()) {
    const paths = await glob('**', {
      cwd: argument,
      dot: true,
      absolute: true,
      ignore: ['**/.git/**', '**/node_modules/**'],
    })
    return { paths, folder: argument }
  }
  if (found) return { paths: [argument], folder: null }
  if (!isDynamicPattern(argument)) return undefined
  const paths = await glob(argument, { dot: true, absolute: true })
  return { paths, folder: baseOf(argument) }
}

/** Takes standard input to a file of its own: it may have to be sent twice. */
async function spoolInput(stdin: Readable, spool: string): Promise<FoundFile> {
  const target = path.join(spool, 'stdin')
  await pipeline(stdin, createWriteStream(target, { mode: 0o600 }))
  const { size } = await stat(target)
  return { name: 'standard input', path: target, directory: process.cwd(), size }
}

/**
 * Resolves files, folders, globs and `-` (standard input) into files, each once. What a folder or glob finds may be a
 * link that a report's author put there: it is followed within that folder, the working directory and `allowed` alone.
 */
export async function findFiles(
  args: string[],
  { stdin, allowed }: { stdin: Readable; allowed: string },
): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>()
  const notSent: NotSent[] = []
  const working = process.cwd()
  const roots = [await realpath(working), allowed]
  let spool: string | null = null

  async function take(file: string, folder: string | null): Promise<void> {
    const absolute = path.resolve(file)
    if (files.has(absolute)) return
    const name = nameOf(absolute, working)
    const real = await realpath(absolute).catch(() => null)
    const found = real === null ? null : await stat(real).catch(() => null)
    if (real === null || !found?.isFile()) {
      if (folder === null || found === null) notSent.push({ name, reason: found ? 'is no file' : 'no such file' })
      return
    }
    const within = folder === null ? [] : [...roots, await realpath(folder)]
    if (folder !== null && !within.some((root) => isInside(real, root))) {
      notSent.push({ name, reason: 'a link that leads out of the folder' })
      return
    }
    const problem = await whyUnreadable(real)
    if (problem !== null) notSent.push({ name, reason: problem })
    else files.set(absolute, { name, path: real, directory: path.dirname(absolute), size: found.size })
  }

  const dispose = async () => {
    if (spool !== null) await rm(spool, { recursive: true, force: true })
  }
  for (const argument of args) {
    if (argument === '-') {
      if (spool !== null) continue
      spool = await mkdtemp(path.join(tmpdir(), 'assay-'))
      const input = await spoolInput(stdin, spool)
      files.set(input.path, input)
      continue
    }
    const named = await pathsOf(argument)
    if (named === undefined || named.paths.length === 0) {
      notSent.push({ name: argument, reason: named?.folder === argument ? 'holds no file' : 'no such file' })
      continue
    }
    const paths = named.paths.sort()
    for (const file of paths.slice(0, MOST)) await take(file, named.folder)
    if (paths.length > MOST) notSent.push({ name: argument, reason: `holds more than ${MOST} files` })
  }
  return { files: [...files.values()], notSent, dispose }
}

async function whyUnreadable(file: string): Promise<string | null> {
  try {
    await (await open(file)).close()
    return null
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`
  }
}
