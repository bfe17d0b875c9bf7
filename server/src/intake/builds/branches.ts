import type { BuildKind } from './builds.resource.ts'

/** Branches whose builds others are compared with, and branches of merge queues, where a project names none itself. */
export const DEFAULT_BRANCHES = {
  mainline: 'main, master, trunk, develop, release/*',
  queue: 'gh-readonly-queue/*, gitlab-merge-train/*, trunk-merge/*, bors*',
}

/** Globs of a list such as `main, release/*`. */
export const globsOf = (list: string): string[] =>
  list
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '')

/**
 * Whether a text matches a glob, in which `*` stands for any characters, `/` too. Linear: each part between stars is
 * looked for once, from where the one before it ended.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...parts] = glob.split('*')
  if (parts.length === 0) return text === glob
  const last = parts.pop() as string
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** What kind of build one is, by its branch and its pull request (contract §10.2). */
export function buildKind(
  { branch, pullRequest }: { branch: string | null; pullRequest: string | null },
  { mainline, queue }: { mainline: string | null; queue: string | null },
): BuildKind {
  const matches = (list: string) => branch !== null && globsOf(list).some((glob) => matchesGlob(glob, branch))
  if (matches(queue ?? DEFAULT_BRANCHES.queue)) return 'queue'
  // A pull request from a branch called main, of a fork, is a change all the same.
  if (pullRequest !== null) return 'change'
  if (branch === null || matches(mainline ?? DEFAULT_BRANCHES.mainline)) return 'mainline'
  return 'change'
}
