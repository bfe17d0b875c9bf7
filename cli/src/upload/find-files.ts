import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { glob, isDynamicPattern } from 'tinyglobby'

/** A report to upload: `label` is how the user knows it, `path` where its bytes are. */
export interface ReportFile {
  label: string
  path: string
  /** Attachments are looked for beside the report. */
  directory: string
}

export interface ReportFiles {
  files: ReportFile[]
  /** Arguments that name nothing readable. */
  missing: { label: string; reason: string }[]
  /** Removes what was spooled. */
  dispose: () => Promise<void>
}

/** Resolves files, globs and `-` (standard input, spooled because a report is read twice) into reports, each once. */
export async function findReportFiles(patterns: string[], stdin: Readable): Promise<ReportFiles> {
  const files = new Map<string, ReportFile>()
  const missing: ReportFiles['missing'] = []
  let spool: string | null = null
  for (const pattern of patterns) {
    if (pattern === '-') {
      if (spool !== null) continue
      spool = await mkdtemp(path.join(tmpdir(), 'assay-'))
      const target = path.join(spool, 'stdin.xml')
      await pipeline(stdin, createWriteStream(target, { mode: 0o600 }))
      files.set(target, { label: 'standard input', path: target, directory: process.cwd() })
      continue
    }
    const found = await stat(pattern).catch(() => null)
    if (found?.isDirectory()) {
      missing.push({ label: pattern, reason: `is a directory; name files, or a pattern such as '${pattern}/**/*.xml'` })
      continue
    }
    const paths = found
      ? [pattern]
      : isDynamicPattern(pattern)
        ? await glob(pattern, { dot: true, absolute: path.isAbsolute(pattern) })
        : []
    if (paths.length === 0) missing.push({ label: pattern, reason: 'no such file' })
    for (const file of paths.sort()) {
      const absolute = path.resolve(file)
      files.set(absolute, { label: file, path: absolute, directory: path.dirname(absolute) })
    }
  }
  const dispose = async () => {
    if (spool !== null) await rm(spool, { recursive: true, force: true })
  }
  return { files: [...files.values()], missing, dispose }
}

/** The bytes of a report, in chunks that keep memory flat. */
export function readBytes(file: ReportFile): AsyncIterable<Uint8Array> {
  return createReadStream(file.path, { highWaterMark: 64 * 1024 })
}
