// Names of suites that only say in what the cases ran. A whole name, or it is a suite about that browser.
const BROWSER =
  /^((?:mobile |headless ?|desktop )?(?:chrome|chromium|google chrome|firefox|safari|webkit|edge|microsoft edge|msedge|opera|electron|phantomjs|jsdom|internet explorer|ie)(?: ?headless)?)(?: [\d.]{1,40})?(?: \(([^()]{1,100})\))?$/i
const VERSIONS = / \d[\d.]*(?= |$)/g

/**
 * The variant that the name of a suite stands for, if it is that of a browser: without versions, because a newer
 * browser is no other variant. `HeadlessChrome 120.0.0.0 (Linux x86_64)` is `HeadlessChrome (Linux x86_64)`.
 */
export function browserOf(name: string): string | undefined {
  const found = name.length < 200 ? BROWSER.exec(name) : null
  if (!found) return undefined
  const platform = found[2]?.replace(VERSIONS, '').trim()
  return platform ? `${found[1]} (${platform})` : found[1]
}
