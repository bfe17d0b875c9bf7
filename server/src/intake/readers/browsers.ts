// Names of suites that only say in what the cases ran. A whole name, or it is a suite about that browser.
const BROWSER =
  /^(?:mobile |headless ?|desktop )?(?:chrome|chromium|google chrome|firefox|safari|webkit|edge|microsoft edge|msedge|opera|electron|phantomjs|jsdom|internet explorer|ie)(?: ?headless)?(?: [\d.]{1,40})?(?: \([^()]{1,100}\))?$/i

/** Whether the name of a suite is that of a browser: `HeadlessChrome 120.0.0.0 (Linux x86_64)`, `firefox`. */
export function isBrowser(name: string): boolean {
  return name.length < 200 && BROWSER.test(name)
}
